// A source as a run wants it: gone through so many times, cut off after so many
// images, and without those that are done already.
//
// Thread safety: Next from one thread; Count from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

#include "flow/source/image_source.h"

namespace batchsizer::flow {

struct StreamOptions {
  std::uint64_t repeat = 1;                       // times through the source; at least 1
  std::optional<std::uint64_t> most_images = {};  // of all rounds together; no limit if empty
  // Asked for each image in turn, by the thread that calls Next: whether it is done
  // already (by a run that goes on now) and is to be left out. May be empty.
  std::function<bool(std::string_view)> is_done = {};
};

// How many images a run has, as far as is known.
struct StreamCount {
  std::uint64_t images = 0;   // without those that were done already
  std::uint64_t skipped = 0;  // those
  bool final = false;         // no more will be found
};

class ImageStream {
 public:
  ImageStream(std::unique_ptr<ImageSource> source, StreamOptions options);

  // The next image; false at the end, or soon after stop is asked for.
  bool Next(ImageItem& item, const std::stop_token& stop);
  // While the first round lasts, listing ahead is worth memory: it tells how many
  // images there are.
  [[nodiscard]] bool InFirstRound() const { return round_ == 0; }
  // Each once, since the last call; by the thread that calls Next.
  [[nodiscard]] std::vector<SourceProblem> TakeProblems();
  // For when nothing was found, skipped images included.
  [[nodiscard]] std::string NothingFound() const { return source_->NothingFound(); }

  [[nodiscard]] StreamCount Count() const;

 private:
  [[nodiscard]] bool BeginNextRound();

  std::unique_ptr<ImageSource> source_;
  StreamOptions options_;
  std::uint64_t round_ = 0;
  std::uint64_t in_round_ = 0;
  std::uint64_t taken_ = 0;
  std::optional<SourceProblem> problem_;  // of going round again
  std::atomic<std::uint64_t> given_{0};
  std::atomic<std::uint64_t> skipped_{0};
  std::atomic<std::uint64_t> expected_{0};  // of all rounds; 0: not known yet
  std::atomic<bool> ended_{false};
};

}  // namespace batchsizer::flow
