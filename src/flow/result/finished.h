// Which images a results file already has: for going on after an interruption.
//
// Names are kept as hashes of 128 bits: 20 bytes for each that differs, however long
// it is, so that the results of millions of images fit.
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace batchsizer::flow {

class Finished {
 public:
  // Relative names start from folder; empty: from where the process is.
  explicit Finished(std::string folder = {});

  // An image has a line (a result or a failure); it may have several.
  void Add(std::string_view image);
  // All lines are added. REQUIRES: called before the first Take.
  void Seal();

  // Whether the image has a line that no earlier call has taken. However its path
  // was written then, relative or absolute, and with bytes in it that no JSON can
  // hold. Allocates nothing for plain names once it has seen one as long; about half
  // a microsecond.
  [[nodiscard]] bool Take(std::string_view image);

  // Lines that no call has taken yet.
  [[nodiscard]] std::int64_t left() const { return left_; }

 private:
  [[nodiscard]] base::Hash128 Key(std::string_view image);

  std::string folder_;                 // ends with a slash
  std::string path_;                   // scratch
  std::vector<base::Hash128> names_;   // sorted, each once, when sealed
  std::vector<std::uint32_t> counts_;  // how often each may still be taken
  std::int64_t left_ = 0;
};

}  // namespace batchsizer::flow
