// How fast a run gets on, in real time, and when it will be done.
//
// Thread safety: plain value.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace batchsizer::cli::view {

class ProgressRate {
 public:
  // done: images finished so far; time_s: real time, which may not go back.
  void Add(double time_s, std::int64_t done);
  // Over the last half minute; empty until something is known.
  [[nodiscard]] std::optional<double> ImagesASecond() const;
  // Seconds until all of total are done.
  [[nodiscard]] std::optional<double> LeftS(std::int64_t total) const;

 private:
  struct Sample {
    double time_s = 0;
    std::int64_t done = 0;
  };
  [[nodiscard]] const Sample& Oldest() const;

  static constexpr std::size_t kSamples = 60;
  std::array<Sample, kSamples> samples_{};
  std::size_t count_ = 0;  // of samples ever taken; the newest is the last
  Sample newest_;
};

}  // namespace batchsizer::cli::view
