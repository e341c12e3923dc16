// What the emulation knows about one device: the constants of its time and power
// model, read from a TOML file (data/devices/p40.toml explains each of them).
//
// Units are in the names; shares are 0..1. A description that came out of
// ParseDevice is complete and possible: every constant present, of the right
// type, in range; clocks ascending, voltage and clock rising together.
//
// Errors: kInvalidInput with file, line, key, and what would be right.
// Thread safety: plain values, free functions without state.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/result.h"
#include "batchsizer/units.h"

namespace batchsizer::sim {

// One setting of the clock.
struct ClockPoint {
  Megahertz clock;
  double relative_voltage = 1.0;  // to that of the lowest clock
  Watts idle_power;               // a model loaded, nothing running
};

struct ComputeConstants {
  double cores = 0;
  double flops_per_core_per_cycle = 0;
  // Share of the peak that a kernel reaches when every SM has work and its sums are long.
  double efficiency = 0;
  // Length of the sum behind one output at which half of that is reached.
  double half_efficiency_depth = 0;
  // Outputs of a kernel, over the whole batch, that occupy half of the SMs.
  double half_occupancy_outputs = 0;
};

struct MemoryConstants {
  double bandwidth_gb_per_s = 0;
  double efficiency = 0;
  double size_gb = 0;
};

struct LaunchConstants {
  double per_layer_us = 0;  // between two kernels, SMs empty
  double per_batch_us = 0;  // between two batches, the device idle
};

// Power on top of idle, at the highest clock, of a share of 1 of each activity.
struct PowerConstants {
  double active_w = 0;         // SMs that hold work
  double arithmetic_w = 0;     // multiply-adds, at the peak rate
  double memory_w = 0;         // traffic, at the peak bandwidth; does not follow the SM clock
  double max_w = 0;            // board limit: what readings are judged against, not enforced
  double spike_share = 0;      // power on top of idle is this much higher when a batch starts
  double spike_ms = 0;         // for so long
  double spike_max_share = 0;  // and no longer than this share of the busy stretch
};

struct SensorConstants {
  double period_ms = 0;  // a new reading so often
  double window_ms = 0;  // mean over so long before it
};

struct DeviceDescription {
  std::string name;   // "p40"
  std::string title;  // "NVIDIA Tesla P40"
  ComputeConstants compute;
  MemoryConstants memory;
  LaunchConstants launch;
  PowerConstants power;
  SensorConstants sensor;
  std::vector<ClockPoint> clocks;  // ascending, never empty
  Megahertz default_clock;         // one of clocks
  BatchSize largest_batch;
  // Milliseconds the host needs to prepare one image, by the name of the image set.
  std::map<std::string, double> preparation_ms;

  // Multiply-adds count as two.
  [[nodiscard]] double PeakFlops(Megahertz clock) const {
    return compute.cores * compute.flops_per_core_per_cycle * clock.value() * 1e6;
  }
};

// Reads a description from text; file is what messages call it.
[[nodiscard]] Result<DeviceDescription> ParseDevice(std::string_view text, std::string_view file);

// Reads a description from a file. Errors: also those of base::ReadFile.
[[nodiscard]] Result<DeviceDescription> LoadDeviceFile(const std::string& path);

}  // namespace batchsizer::sim
