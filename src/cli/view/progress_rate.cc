#include "cli/view/progress_rate.h"

#include <algorithm>

namespace batchsizer::cli::view {
namespace {

constexpr double kBetweenSamplesS = 0.5;

}  // namespace

void ProgressRate::Add(double time_s, std::int64_t done) {
  newest_ = {time_s, done};
  const bool due =
      count_ == 0 || time_s >= samples_[(count_ - 1) % kSamples].time_s + kBetweenSamplesS;
  if (due) samples_[count_++ % kSamples] = newest_;
}

const ProgressRate::Sample& ProgressRate::Oldest() const {
  return samples_[count_ <= kSamples ? 0 : count_ % kSamples];
}

std::optional<double> ProgressRate::ImagesASecond() const {
  if (count_ == 0) return std::nullopt;
  const double seconds = newest_.time_s - Oldest().time_s;
  const auto images = static_cast<double>(newest_.done - Oldest().done);
  if (!(seconds > 0) || images <= 0) return std::nullopt;
  return images / seconds;
}

std::optional<double> ProgressRate::LeftS(std::int64_t total) const {
  const std::int64_t left = std::max<std::int64_t>(0, total - newest_.done);
  if (left == 0) return 0.0;
  const auto rate = ImagesASecond();
  if (!rate) return std::nullopt;
  return static_cast<double>(left) / *rate;
}

}  // namespace batchsizer::cli::view
