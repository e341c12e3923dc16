// Images that are being decoded as the run loop's source.
//
// Thread safety: one thread.
#pragma once

#include <atomic>

#include "flow/batch/image_feeder.h"
#include "runtime/run_loop.h"

namespace batchsizer::runtime {

class FeederSource final : public BatchSource {
 public:
  // Borrowed: both must outlive this. stop also ends a wait for images.
  FeederSource(flow::ImageFeeder& feeder, const std::atomic<bool>& stop)
      : feeder_(feeder), stop_(stop) {}
  ReadyBatch Take(int wanted) override;
  void Release(int rows) override { feeder_.Release(rows); }

 private:
  flow::ImageFeeder& feeder_;
  const std::atomic<bool>& stop_;
};

}  // namespace batchsizer::runtime
