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

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/result.h"
#include "batchsizer/units.h"

namespace batchsizer::sim {

// The host every description has: images are prepared ahead.
inline constexpr std::string_view kNativeHost = "native";
// One like the paper's, which some have: images are prepared one after another.
inline constexpr std::string_view kPaperHost = "paper";

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
  // Last-level cache: so much of what a layer reads and writes for its images
  // never reaches the memory.
  double cache_mb = 0;
};

// A host and its framework: what it adds to the device's own work.
struct HostConstants {
  std::string title;        // "TensorFlow 1.15, images decoded one after another"
  double per_layer_us = 0;  // between two kernels, SMs empty
  double per_batch_us = 0;  // between two batches, the device idle
  // True: images are prepared while the device runs the batch before, which waits
  // only for what is left. False: one after the other, inside the batch.
  bool overlapped = false;
  // Preparing one image: so much, plus so much for its pixels and its file.
  double per_image_ms = 0;
  double per_megapixel_ms = 0;
  double per_kib_ms = 0;
};

// The board's temperature follows its power, and leakage the temperature.
struct ThermalConstants {
  double ambient_c = 0;
  double reference_c = 0;         // where idle_power below holds
  double resistance_k_per_w = 0;  // above ambient, at rest
  double time_constant_s = 0;
  double leakage_w_per_k = 0;
};

// Power on top of idle, at the highest clock, of a share of 1 of each activity.
struct PowerConstants {
  double active_w = 0;      // SMs that hold work
  double arithmetic_w = 0;  // multiply-adds, at the peak rate
  double memory_w = 0;      // traffic, at the peak bandwidth; does not follow the SM clock
  double max_w = 0;         // board limit: above it the board lowers its clock by itself
  double spike_share = 0;   // power on top of idle is this much higher when a batch starts
  double spike_ms = 0;      // for so long
};

struct SensorConstants {
  double period_ms = 0;              // a new reading so often
  double window_ms = 0;              // mean over so long before it
  double utilisation_window_ms = 0;  // SM utilisation: mean over so long
};

struct DeviceDescription {
  std::string name;   // "p40"
  std::string title;  // "NVIDIA Tesla P40"
  ComputeConstants compute;
  MemoryConstants memory;
  PowerConstants power;
  ThermalConstants thermal;
  SensorConstants sensor;
  std::vector<ClockPoint> clocks;  // ascending, never empty
  Megahertz default_clock;         // one of clocks
  BatchSize largest_batch;
  std::map<std::string, HostConstants, std::less<>> hosts;  // by name; always one is "native"

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
