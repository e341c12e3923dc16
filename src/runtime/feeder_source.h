// Images that are being decoded as the run loop's source.
//
// Thread safety: one thread.
#pragma once

#include <utility>

#include "flow/batch/image_feeder.h"
#include "runtime/run_loop.h"

namespace batchsizer::runtime {

class FeederSource final : public BatchSource {
 public:
  // feeder is borrowed. go_on: what it asks for while it waits.
  FeederSource(flow::ImageFeeder& feeder, flow::GoOn go_on)
      : feeder_(feeder), go_on_(std::move(go_on)) {}
  ReadyBatch Take(int wanted) override;
  void Release(int rows) override { feeder_.Release(rows); }

 private:
  flow::ImageFeeder& feeder_;
  flow::GoOn go_on_;
};

}  // namespace batchsizer::runtime
