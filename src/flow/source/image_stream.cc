#include "flow/source/image_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace batchsizer::flow {
namespace {

std::uint64_t Product(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  return b != 0 && a > kMost / b ? kMost : a * b;
}

}  // namespace

ImageStream::ImageStream(std::unique_ptr<ImageSource> source, StreamOptions options)
    : source_(std::move(source)), options_(std::move(options)) {}

// An empty round is the last one: the next would find nothing either.
bool ImageStream::BeginNextRound() {
  const bool last = round_ + 1 >= options_.repeat || in_round_ == 0;
  if (round_ == 0) {
    const std::uint64_t all = Product(in_round_, options_.repeat);
    expected_.store(std::min(all, options_.most_images.value_or(all)));
  }
  if (last) return false;
  if (auto again = source_->Rewind(); !again) {
    problem_ = {fmt::format("{}; it was gone through {} of {} times", again.error().message,
                            round_ + 1, options_.repeat),
                true};
    return false;
  }
  ++round_;
  in_round_ = 0;
  return true;
}

bool ImageStream::Next(ImageItem& item, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (options_.most_images && taken_ >= *options_.most_images) break;
    if (!source_->Next(item, stop)) {
      if (stop.stop_requested() || !BeginNextRound()) break;
      continue;
    }
    ++in_round_;
    ++taken_;
    if (options_.is_done && options_.is_done(item.name)) {
      skipped_.fetch_add(1, std::memory_order_relaxed);
      continue;
    }
    given_.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  ended_.store(true);
  return false;
}

std::vector<SourceProblem> ImageStream::TakeProblems() {
  auto problems = source_->TakeProblems();
  if (problem_) problems.push_back(*std::exchange(problem_, {}));
  return problems;
}

StreamCount ImageStream::Count() const {
  StreamCount count;
  count.final = ended_.load();
  count.skipped = skipped_.load(std::memory_order_relaxed);
  count.images = given_.load(std::memory_order_relaxed);
  const std::uint64_t expected = expected_.load();
  if (!count.final && expected > 0) {
    count.images = std::max(count.images, expected - std::min(expected, count.skipped));
    count.final = !options_.is_done;
  }
  return count;
}

}  // namespace batchsizer::flow
