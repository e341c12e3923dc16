// Decoding ahead of the engine: threads that read, decode and preprocess the images
// of a stream into the rows of the batch tensor, ahead of the batches that are taken.
// The consumer takes batches of any size, each in one piece, and may take another
// size every time.
//
// How far ahead follows the batch size: so far that a batch of twice the size
// would find its images ready, as far as memory allows. So does the memory: the ring
// is made larger when batches outgrow it. How many threads decode follows need
// (decode_governor.h).
//
// Every image of the stream gets an index, from 0 without gaps, in the stream's
// order, and ends up exactly once, either in a row or among the failures. Rows come
// in that order, but for what broken files shift: RowInfo::image says which one it is.
//
// Errors from Create: those of Preprocessor::Create and RowRing::Create;
// kInvalidInput when the largest batch does not fit into the memory limit or a
// number is out of range; kUnavailable when no thread can be started.
// Thread safety: one consumer thread calls everything here, destruction too, which
// may come at any time and waits for the images being decoded; CurrentStatus from any.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/image_limits.h"
#include "batchsizer/clock.h"
#include "batchsizer/engine.h"
#include "batchsizer/result.h"
#include "batchsizer/units.h"
#include "flow/batch/decode_governor.h"
#include "flow/batch/image_queue.h"
#include "flow/batch/row_ring.h"
#include "flow/batch/row_schedule.h"
#include "flow/image/loader.h"
#include "flow/source/image_stream.h"

namespace batchsizer::flow {

struct FeederOptions {
  // Threads that decode: that many, or, when automatic, at most that many.
  int decode_threads = 1;
  bool automatic = false;
  // What Take may ask for at most. The ring grows to twice as many rows, or a little
  // more for small batches, where the memory limit allows.
  BatchSize largest_batch;
  // Of the rows that are wanted; the ring may take a quarter more (RowRing). What an
  // archive's images may take that wait to be decoded is an eighth of it.
  std::size_t memory_limit_bytes = base::kMostBatchBytes;
  // A list that names nothing for so long has paused (GoOn).
  Duration list_patience = std::chrono::seconds(1);
  PreprocessOptions preprocess;
  DecodeOptions decode;
};

struct RowInfo {
  std::uint64_t image = 0;  // its index in the stream
  std::string_view path;    // valid until the row is released
};

struct ImageFailure {
  std::uint64_t image = 0;  // its index in the stream
  std::string path;
  Error error;  // without the path
};

// Asked by Take, on its thread, a few times a second while it waits: false ends the
// wait. REQUIRES: drains the failures; decoders wait while there are too many.
using GoOn = std::function<bool()>;

// How the feeder is doing. A plain value.
struct FeederStatus {
  StreamCount images;
  std::size_t ready = 0;   // rows that wait for the engine
  Duration input_wait{0};  // how long Take has waited for images, all in all
  int decode_threads = 0;  // at work now, at most
  int most_threads = 0;
  // Of all images so far: how long threads worked on them. So many images / busy x
  // most_threads is what this host could decode, as far as its threads do not get
  // into each other's way.
  std::uint64_t decoded = 0;
  Duration busy{0};
};

class ImageFeeder {
 public:
  // Starts listing and decoding at once. REQUIRES: clock outlives the feeder.
  [[nodiscard]] static Result<std::unique_ptr<ImageFeeder>> Create(
      std::unique_ptr<ImageStream> stream, const InputSpec& input, const FeederOptions& options,
      const Clock& clock);
  ~ImageFeeder();
  ImageFeeder(const ImageFeeder&) = delete;
  ImageFeeder& operator=(const ImageFeeder&) = delete;

  // Waits until max_rows rows that have not been released are ready, or all
  // that are left; empty means that the input is at its end, or that go_on ended the
  // wait. With go_on there may also be fewer because the list has paused, or because
  // nearly all images fail: what is ready is not held back for ever. The rows lie at
  // Data() one after the other. Taking again without Release gives the same rows again,
  // as many as are asked for now (a batch can be retried in parts), but maybe elsewhere.
  // Result and rows are valid until the next Take, or their Release. When the system has
  // no memory for a larger ring, there may be fewer. Allocates nothing once warm.
  // REQUIRES: 1 <= max_rows <= the largest batch.
  [[nodiscard]] std::span<const RowInfo> Take(int max_rows, const GoOn& go_on = {});
  // Where the first row that has not been released lies.
  [[nodiscard]] const void* Data() const;
  // Lets decoders overwrite the first rows of the last Take. REQUIRES: rows is at
  // most what that gave, less what has been released since.
  void Release(int rows);

  // Waits for the stream's first image, or its end. Fails with kInvalidInput when the
  // end came without a single image, done ones included.
  [[nodiscard]] Status WaitForFirst();

  // The files that could not be used, each exactly once, since the last call.
  [[nodiscard]] std::vector<ImageFailure> DrainFailures();
  // What else went wrong with the source since the last call.
  [[nodiscard]] std::vector<SourceProblem> DrainProblems();
  [[nodiscard]] FeederStatus CurrentStatus() const;

 private:
  // What is in a row of the ring.
  struct Slot {
    std::uint64_t image = 0;
    std::string path;
  };

  struct RingRows {
    std::size_t now = 0;
    std::size_t most = 0;
  };

  // Of a wait for rows.
  struct Patience {
    std::uint64_t image = 0;   // the next one, when the list last went on
    std::uint64_t failed = 0;  // images, before the wait
    TimePoint since;           // of when the list last went on
  };

  ImageFeeder(std::unique_ptr<ImageStream> stream, RowRing ring, RingRows rows,
              const FeederOptions& options, const Clock& clock);
  [[nodiscard]] Status Start(std::vector<ImageLoader> loaders);
  void List(const std::stop_token& stop);
  void TakeProblems();
  void Work(int index, ImageLoader& loader);
  void FillRow(std::uint64_t row, ImageItem& item, ImageLoader& loader,
               std::unique_lock<std::mutex>& lock);
  void Settle();
  [[nodiscard]] bool HasQueueRoom() const;
  [[nodiscard]] bool IsExhausted() const { return list_ended_ && queue_.empty(); }
  void GrowFor(std::size_t wanted, std::unique_lock<std::mutex>& lock);
  void LookAhead(std::size_t wanted);
  template <typename Served>
  void WaitReady(std::unique_lock<std::mutex>& lock, const GoOn& go_on, Served served);
  [[nodiscard]] bool WaitForRows(std::size_t wanted, const GoOn& go_on,
                                 std::unique_lock<std::mutex>& lock);
  void CloseHoles();
  [[nodiscard]] bool IsOver(Patience& patience);
  [[nodiscard]] bool HasTooManyFailures() const;
  [[nodiscard]] Slot& SlotOf(std::uint64_t row) { return slots_[row % slots_.size()]; }

  const std::unique_ptr<ImageStream> stream_;
  const Clock& clock_;
  // Changed by the consumer, under the lock, while no decoder is at work.
  RowRing ring_;
  const std::size_t most_content_bytes_;
  const Duration list_patience_;
  // The consumer's alone.
  std::vector<RowInfo> taken_;
  std::uint64_t head_ = 0;
  const std::size_t largest_batch_;
  const std::size_t most_ring_rows_;

  mutable std::mutex mutex_;        // guards what follows, up to the threads
  std::condition_variable listed_;  // the queue has room
  std::condition_variable work_;    // there is something to decode, and room for it
  std::condition_variable ready_;
  ImageQueue queue_;
  RowSchedule schedule_;
  std::vector<Slot> slots_;
  DecodeGovernor governor_;
  std::vector<ImageFailure> failures_;
  std::vector<SourceProblem> problems_;
  std::uint64_t next_image_ = 0;
  std::uint64_t decoded_ = 0;
  std::uint64_t failed_ = 0;
  Duration busy_{0};
  Duration input_wait_{0};
  std::optional<TimePoint> waiting_since_;
  std::size_t wanted_ = 0;   // rows that the consumer waits for; 0: it does not wait
  std::size_t rows_in_use_;  // at most, at a time
  std::size_t most_name_bytes_ = 0;
  bool list_ended_ = false;
  bool growing_ = false;
  bool unattended_ = false;  // the consumer waits, and nobody drains failures
  bool stopping_ = false;

  std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace batchsizer::flow
