// Decoding ahead of the engine: threads that read, decode and preprocess the
// images of a list into the rows of the batch tensor, as far ahead as the ring
// of rows reaches. The consumer takes batches of any size from it, each in one
// piece, and may take another size every time.
//
// Every image of the list ends up exactly once, either in a row or among the
// failures. Rows come in the list's order, but for what broken files shift:
// RowInfo::image says which image a row is.
//
// Errors from Create: those of Preprocessor::Create and RowRing::Create;
// kInvalidInput when the largest batch does not fit into the memory limit or a
// number is out of range; kUnavailable when no thread can be started.
// Thread safety: one consumer thread calls everything here but InputWait, destruction too,
// which may come at any time and waits for the images being decoded.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
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
#include "flow/batch/row_ring.h"
#include "flow/batch/row_schedule.h"
#include "flow/image/list.h"
#include "flow/image/loader.h"

namespace batchsizer::flow {

struct FeederOptions {
  // More than the cores that the engine leaves free only take from the engine.
  int decode_threads = 1;
  // What Take may ask for at most. The ring holds twice as many rows, or a little
  // more for small batches, where the memory limit allows.
  BatchSize largest_batch;
  // Of the rows that are wanted; the ring may take a quarter more (RowRing).
  std::size_t memory_limit_bytes = base::kMostBatchBytes;
  PreprocessOptions preprocess;
  DecodeOptions decode;
};

struct RowInfo {
  std::size_t image = 0;  // index in the list
  std::string_view path;  // the list's
};

struct ImageFailure {
  std::size_t image = 0;  // index in the list
  std::string_view path;  // the list's
  Error error;            // without the path
};

class ImageFeeder {
 public:
  // Starts decoding at once. REQUIRES: images and clock outlive the feeder.
  [[nodiscard]] static Result<std::unique_ptr<ImageFeeder>> Create(const ImageList& images,
                                                                   const InputSpec& input,
                                                                   const FeederOptions& options,
                                                                   const Clock& clock);
  ~ImageFeeder();
  ImageFeeder(const ImageFeeder&) = delete;
  ImageFeeder& operator=(const ImageFeeder&) = delete;

  // Waits until max_rows rows that have not been released are ready, or all
  // that are left; empty means that the input is at its end. The rows lie at
  // Data() one after the other. Taking again without Release gives the same rows
  // again, as many as are asked for now (a batch can be retried in parts).
  // The result is valid until the next Take, the rows until their Release.
  // Allocates nothing. REQUIRES: 1 <= max_rows <= the largest batch.
  [[nodiscard]] std::span<const RowInfo> Take(int max_rows);
  // Where the first row that has not been released lies.
  [[nodiscard]] const void* Data() const;
  // Lets decoders overwrite the first rows of the last Take. REQUIRES: rows is at
  // most what that gave, less what has been released since.
  void Release(int rows);

  // The files that could not be used, each exactly once, since the last call.
  [[nodiscard]] std::vector<ImageFailure> DrainFailures();
  // How long Take has waited for images, all in all. From any thread.
  [[nodiscard]] Duration InputWait() const;

 private:
  ImageFeeder(const ImageList& images, RowRing ring, std::size_t rows, int largest_batch,
              const Clock& clock);
  [[nodiscard]] Status Start(std::vector<ImageLoader> loaders);
  void Work(ImageLoader& loader);
  void FillRow(RowSchedule::Job job, ImageLoader& loader, std::unique_lock<std::mutex>& lock);
  void WaitForRows(std::size_t wanted, std::unique_lock<std::mutex>& lock);

  const ImageList& images_;
  const Clock& clock_;
  const RowRing ring_;
  // The consumer's alone.
  std::vector<RowInfo> taken_;
  std::uint64_t head_ = 0;
  std::size_t largest_batch_;

  mutable std::mutex mutex_;  // guards what follows, up to the threads
  std::condition_variable room_;
  std::condition_variable ready_;
  RowSchedule schedule_;
  std::vector<ImageFailure> failures_;
  std::size_t wanted_ = 0;  // rows that the consumer waits for; 0: it does not wait
  bool stopping_ = false;
  Duration input_wait_{0};

  std::vector<std::jthread> workers_;  // last: they use all of the above
};

}  // namespace batchsizer::flow
