// The rows that `profile` runs: random numbers, or a folder's images, decoded before
// anything is measured.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "batchsizer/engine.h"
#include "batchsizer/result.h"

namespace batchsizer::cli {

struct ProfileRowsOptions {
  std::string images;  // as for `run`; empty: random numbers
  BatchSize count;     // rows, all in all
  std::size_t memory_bytes = 0;
  std::uint64_t seed = 1;
};

class ProfileRows {
 public:
  // Fewer images than rows are repeated. Errors: kOutOfMemory; those of the images,
  // and kInvalidInput when none of them can be used.
  [[nodiscard]] static Result<ProfileRows> Create(const InputSpec& input,
                                                  const ProfileRowsOptions& options);

  [[nodiscard]] const void* data() const { return bytes_.get(); }
  // Distinct images; 0: random numbers.
  [[nodiscard]] std::size_t images() const { return images_; }
  // One a file that could not be used.
  [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }

 private:
  ProfileRows() = default;
  Status Decode(const InputSpec& input, const ProfileRowsOptions& options);
  void Randomise(const InputSpec& input, const ProfileRowsOptions& options);
  void Repeat(std::size_t row_bytes, std::size_t rows);

  std::unique_ptr<std::byte[]> bytes_;
  std::size_t images_ = 0;
  std::vector<std::string> failures_;
};

}  // namespace batchsizer::cli
