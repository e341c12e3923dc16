// What makes two runs the same job, so that the second may go on with the results
// of the first: model, preprocessing, images, what is written. Not what only
// changes how fast it goes (device, batch sizes, policy, cap).
//
// Thread safety: plain values.
#pragma once

#include <string>
#include <vector>

namespace batchsizer::flow {

struct RunIdentity {
  struct Field {
    std::string name;   // "model"
    std::string value;  // compared: a hash, a path, a number
    std::string shown;  // for people, beside the value; may be empty
  };
  std::vector<Field> fields;
  // The folder from which relative names of images start.
  std::string folder;
  // Whether this run names images by their full paths, wherever it is started.
  bool names_are_absolute = false;
};

// In what now differs from then, for people: "model: was ..., is now ...; ...". Empty
// when a run may go on with the results of the other.
[[nodiscard]] std::string DifferenceOf(const RunIdentity& then, const RunIdentity& now);

}  // namespace batchsizer::flow
