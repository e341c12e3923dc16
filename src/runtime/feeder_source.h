// A folder of images as the run loop's source.
//
// Thread safety: one thread.
#pragma once

#include "flow/batch/image_feeder.h"
#include "runtime/run_loop.h"

namespace batchsizer::runtime {

class FeederSource final : public BatchSource {
 public:
  // Borrowed: must outlive this.
  explicit FeederSource(flow::ImageFeeder& feeder) : feeder_(feeder) {}
  ReadyBatch Take(int wanted) override;
  void Release(int rows) override { feeder_.Release(rows); }

 private:
  flow::ImageFeeder& feeder_;
};

}  // namespace batchsizer::runtime
