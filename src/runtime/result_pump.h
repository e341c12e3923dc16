// Writing beside the work: takes copies of the results of batches and hands them to
// a store on a thread of its own, so that the run loop does not wait for the disk.
//
// Copies lie in buffers that are used again: once warm, Put allocates nothing. It
// waits only while more than a bounded amount has not been written yet, which is
// when the disk cannot keep up. An error of the store ends the writing; every later
// Put and Close return it.
//
// Thread safety: one thread calls Put and Close; the store is used by the pump's
// thread alone until Close returns.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "batchsizer/result.h"
#include "flow/batch/image_feeder.h"

namespace batchsizer::runtime {

// What a batch gave, and what failed before it. Borrowed.
struct BatchResults {
  std::span<const flow::RowInfo> images = {};
  std::span<const float> scores = {};  // images x classes, or none
  int classes = 0;
  int batch_size = 0;
  std::int64_t batch = 0;
  std::span<const flow::ImageFailure> failures = {};
};

// Where results go. Errors end the writing.
class ResultStore {
 public:
  virtual ~ResultStore() = default;
  // Borrowed until it returns.
  virtual Status Write(const BatchResults& results) = 0;
  // Hands what was written to the system. Called whenever nothing waits.
  virtual Status Flush() = 0;
  // Makes it durable. Called once in a while, after Flush.
  virtual Status Checkpoint() = 0;
};

class ResultPump {
 public:
  struct Options {
    // What may wait: at least one batch, whatever its size.
    std::size_t most_batches = 64;
    std::size_t most_bytes = std::size_t{8} << 20U;
    // The disk is asked to make results durable no more often than this.
    std::chrono::milliseconds checkpoint_every{1000};
  };
  // store is borrowed. Errors: kUnavailable when no thread can be started.
  [[nodiscard]] static Result<std::unique_ptr<ResultPump>> Create(ResultStore& store,
                                                                  const Options& options);
  ~ResultPump();  // closes
  ResultPump(const ResultPump&) = delete;
  ResultPump& operator=(const ResultPump&) = delete;

  [[nodiscard]] Status Put(const BatchResults& results);
  // Everything put is written and flushed when it returns. Idempotent.
  Status Close();

 private:
  class Parcel;

  ResultPump(ResultStore& store, const Options& options);
  [[nodiscard]] bool HasRoomFor(std::size_t bytes) const;
  Parcel* TakeFree();
  void Work();
  Parcel* WaitForParcel(std::unique_lock<std::mutex>& lock);
  Status Serve(const Parcel* parcel, bool last);

  ResultStore& store_;
  const Options options_;
  // The pump's thread's alone.
  std::chrono::steady_clock::time_point checkpoint_due_{};
  bool to_checkpoint_ = false;

  std::mutex mutex_;  // guards what follows, up to the thread
  std::condition_variable work_;
  std::condition_variable room_;
  std::vector<std::unique_ptr<Parcel>> parcels_;  // all there are; addresses are stable
  std::vector<Parcel*> free_;                     // the last used is used next: it is warm
  std::vector<Parcel*> waiting_;                  // oldest first
  std::size_t waiting_bytes_ = 0;                 // with the one being written
  std::size_t in_use_ = 0;                        // the same, in parcels
  bool closing_ = false;
  std::optional<Error> error_;

  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace batchsizer::runtime
