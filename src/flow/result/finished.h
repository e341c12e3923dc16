// Which images a results file already has: for going on after an interruption.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "batchsizer/result.h"

namespace batchsizer::flow {

class Finished {
 public:
  // Reads a results file, and changes nothing. A file that does not exist has
  // nothing finished. Errors: kInvalidInput with the line that is no result of
  // ours; those of opening and reading.
  [[nodiscard]] static Result<Finished> Read(const std::string& path);

  // Whether the image has a line (a result or a failure) that no earlier call
  // has taken: an image may have several. However its path was written then,
  // relative or absolute, and with bytes in it that no JSON can hold.
  [[nodiscard]] bool Take(std::string_view image);

  [[nodiscard]] std::int64_t lines() const { return lines_; }
  // One past the highest batch index seen.
  [[nodiscard]] std::int64_t next_batch() const { return next_batch_; }
  // Bytes of whole lines. What follows was torn by an interruption.
  [[nodiscard]] std::uint64_t whole_bytes() const { return whole_bytes_; }

 private:
  Finished();
  [[nodiscard]] std::string Key(std::string_view image) const;
  [[nodiscard]] bool TakeLine(std::string_view line);

  std::string here_;
  std::unordered_map<std::string, int> left_;  // lines of each image, not yet taken
  std::int64_t lines_ = 0;
  std::int64_t next_batch_ = 0;
  std::uint64_t whole_bytes_ = 0;
};

}  // namespace batchsizer::flow
