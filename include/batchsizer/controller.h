// The control loop around somebody's batches.
//
//   while (more images) {
//     do wait for controller.batch_size() images; while (controller.CapMoved());
//     run(up to controller.batch_size() images);
//     controller.BatchDone(how many);
//   }
//
// The controller collects power readings into a window, asks the policy at the
// window's end, applies the decision to the batch size and the clock knob, and
// hands a record of it to the sink. It also keeps the safety rules that hold
// whatever the policy: a sensor that cannot be trusted means the smallest batch
// size and the lowest clock, and an engine that runs out of memory lowers the
// largest batch size.
//
// Thread safety: one thread at a time; batch_size() from any thread.
// BatchDone and CapMoved allocate nothing, take no lock and log nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "batchsizer/clock.h"
#include "batchsizer/clock_knob.h"
#include "batchsizer/policies.h"
#include "batchsizer/power_cap.h"
#include "batchsizer/power_meter.h"
#include "batchsizer/record.h"
#include "batchsizer/result.h"

namespace batchsizer {

// What an emulated accelerator knows that no sensor shows.
struct PowerTruth {
  Watts peak;
  Joules energy;
};
// Where that comes from.
class TruthSource {
 public:
  virtual ~TruthSource() = default;
  // Peak and energy since the last call.
  virtual PowerTruth TakeTruth() = 0;
};

// How a controller decides.
struct ControllerOptions {
  PolicyOptions policy = {};
  int window_batches = 10;  // >= 1 (paper, section 4: "about 10 batches")
};

// The world around a controller. Borrowed: must outlive it.
struct ControllerParts {
  PowerMeter* meter = nullptr;      // required
  const PowerCap* cap = nullptr;    // required
  const Clock* clock = nullptr;     // required: the accelerator's time base
  ClockKnob* clock_knob = nullptr;  // optional: where the clock can be set
  RecordSink* sink = nullptr;       // optional
  TruthSource* truth = nullptr;     // optional: emulation
};

// See the top of this file.
class Controller {
 public:
  // Errors: kInvalidInput for bad options; kUnsupported for a policy that needs
  // a clock knob where there is none.
  [[nodiscard]] static Result<std::unique_ptr<Controller>> Create(const ControllerOptions& options,
                                                                  const ControllerParts& parts);
  ~Controller();

  // How many images the next batch may hold.
  [[nodiscard]] BatchSize batch_size() const;
  [[nodiscard]] Setting setting() const;

  // Tells that a batch of images just ended. REQUIRES: images >= 1.
  void BatchDone(int images);

  // To be asked before a batch, when waiting for its images may have taken long: acts
  // on a cap that moved since the last batch ended, as far as the policy reacts at
  // once. True when the setting is another one now.
  bool CapMoved();

  // The engine failed for lack of memory at this size: from now on only smaller
  // ones are used. Returns false when there is none smaller.
  bool OutOfMemoryAt(BatchSize size);

  // Closes the last, partial window, if any batch is in it, and restores the
  // clock. Idempotent; the destructor does it too.
  void Finish();

 private:
  class Impl;
  explicit Controller(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace batchsizer
