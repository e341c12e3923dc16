// Puts records into the order in which their images were found. Broken images let
// later ones come first; a record waits here until all before it are there.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "batchsizer/result.h"

namespace batchsizer::flow {

class ResultOrder {
 public:
  using Out = std::function<Status(std::string_view record)>;
  // as_done: hands every record on at once.
  explicit ResultOrder(bool as_done) : as_done_(as_done) {}

  // The record of the image with this index; indices go from 0 on, without gaps, each
  // comes once. Hands on what its turn is. Allocates only for a record that waits.
  // Errors: those of out.
  Status Add(std::size_t image, std::string_view record, const Out& out);
  // Hands on what still waits for an image that never comes (a run that was stopped).
  Status Finish(const Out& out);

  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  Status HandOnInTurn(const Out& out);

  bool as_done_;
  std::size_t next_ = 0;
  std::map<std::size_t, std::string> waiting_;
};

}  // namespace batchsizer::flow
