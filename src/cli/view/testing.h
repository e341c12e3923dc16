// For tests of the live view: windows and a run to show.
#pragma once

#include <string>

#include "cli/view/model.h"

namespace batchsizer::cli::view::testing {

struct WindowSpec {
  double from_s = 0;
  double to_s = 0;
  double peak_w = 0;  // below 0: no reading
  double cap_w = 100;
  int batch_size = 1;
  std::int64_t images = 0;
};

inline WindowRecord MakeWindow(const WindowSpec& spec) {
  WindowRecord window;
  window.start = TimePoint(FromSeconds(spec.from_s));
  window.end = TimePoint(FromSeconds(spec.to_s));
  window.images = spec.images;
  window.setting.batch_size = BatchSize(spec.batch_size);
  if (spec.peak_w >= 0) window.peak_power = Watts(spec.peak_w);
  window.cap = Watts(spec.cap_w);
  window.throughput = ImagesPerSecond(static_cast<double>(spec.images) / (spec.to_s - spec.from_s));
  window.energy = Joules(spec.peak_w * (spec.to_s - spec.from_s));
  window.decision = {window.setting, Action::kKeep, Reason::kWithinBand};
  return window;
}

// A minute under a cap that falls from 200 to 130 W after 20 s; between 20 and 22 s
// power is above it.
inline Model MakeRun() {
  DisplayOptions options;
  options.emulated = true;
  options.model = "zoo:mobilenet-v1";
  options.device = "emulated:p40";
  options.policy = "batchsizer";
  options.power_source = "emulated time and power";
  Model model(options);
  for (int second = 0; second < 60; ++second) {
    WindowSpec spec{.from_s = 1.0 * second,
                    .to_s = second + 1.0,
                    .peak_w = second < 22 ? 168.5 : 121.25,
                    .cap_w = second < 20 ? 200.0 : 130.0,
                    .batch_size = second < 22 ? 64 : 8,
                    .images = second < 22 ? 2048 : 1536};
    WindowRecord window = MakeWindow(spec);
    window.setting.clock = window.decision.setting.clock = Megahertz(1531);
    if (second == 21) {
      window.decision = {{BatchSize(8), Megahertz(1531)}, Action::kLower, Reason::kAboveCap};
    }
    model.AddWindow(window);
  }
  model.AddMessage("batchsizer: photos/a.jpg: the file ends too early\n");
  model.failed_images = 1;
  model.pipeline = {.total_images = 200'000,
                    .total_is_final = true,
                    .input_wait_s = 1.5,
                    .elapsed_s = 75,
                    .decode_threads = 2,
                    .ready_images = 128};
  model.left_s = 72;
  return model;
}

}  // namespace batchsizer::cli::view::testing
