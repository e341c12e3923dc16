// The time and power model of a device: what one batch of a network costs.
//
// A batch is its layers, one kernel after the other. With b images at clock f a
// layer takes
//
//   max(2 macs b / (peak(f) efficiency(depth) occupancy(b)), traffic(b) / bandwidth) + launch
//
//   depth         macs per output: how long the sum behind one output is
//   efficiency    = efficiency_max depth / (depth + half_efficiency_depth)
//   occupancy(b)  = outputs b / (outputs b + half_occupancy_outputs)
//   traffic(b)    = weights + (input + output) b
//   launch        what the host takes from one kernel to the next
//
// so its time is about t0 + t1 b: images/s rise with the batch and level off.
// SMs are at work in so far as they are occupied, or full of loads that wait:
//
//   work(b)       = max(occupancy(b), share of the usable bandwidth taken)
//
// On top of idle a layer takes, while its kernel runs,
//
//   (active work + arithmetic (rate / peak(f))) (V/Vmax)^2 f/fmax
//     + memory (traffic that misses the cache / bandwidth)
//
// and nothing between kernels. Layers are summed up into a few stretches of about
// equal time, in their order, so that a batch's power moves as its layers do
// (wide ones come first). docs/p40-emulation.md says what each constant rests on.
// What runs as a kernel is what the model file has as a node.
//
// Thread safety: immutable after construction.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "batchsizer/units.h"
#include "flow/model/model_summary.h"
#include "sim/device/device_description.h"

namespace batchsizer::sim {

// A run of layers.
struct Stretch {
  double time_s = 0;
  double extra_w = 0;      // mean power above idle
  double utilisation = 0;  // mean share of the SMs at work
};

struct BatchCost {
  static constexpr std::size_t kMostStretches = 6;

  std::array<Stretch, kMostStretches> stretches;
  std::size_t count = 0;  // of stretches that are there
  double busy_s = 0;      // first kernel's start to last kernel's end
  double extra_w = 0;     // mean over that time

  [[nodiscard]] std::span<const Stretch> Stretches() const { return {stretches.data(), count}; }
};

class BatchCostModel {
 public:
  BatchCostModel(const DeviceDescription& device, const flow::ModelSummary& model,
                 const HostConstants& host);

  // REQUIRES: batch >= 1, not Empty(). No allocation.
  [[nodiscard]] BatchCost Cost(BatchSize batch, const ClockPoint& at) const;

  // Bytes that a batch needs on the device: weights, and the largest layer's
  // input and output.
  [[nodiscard]] double Bytes(BatchSize batch) const;

  // True where no node of the model runs a kernel.
  [[nodiscard]] bool Empty() const { return kernels_.empty(); }

 private:
  // What a layer costs, batch and clock left open.
  struct Kernel {
    double flops = 0;  // an image
    // Compute time x peak rate of b images: slope x b + floor, both in
    // operations; the floor is what unoccupied SMs cost.
    double slope = 0;
    double floor = 0;
    double outputs = 0;       // an image
    double weight_bytes = 0;  // a batch
    double image_bytes = 0;   // an image
  };
  // Sums over a run of kernels.
  struct Work {
    double time_s = 0;
    double occupied_s = 0;
    double flops = 0;
    double missed_bytes = 0;  // traffic that the cache does not hold
  };
  // What batch and clock come to, the same for every kernel.
  struct Point {
    double batch;
    double peak;  // operations/s
    double core_scale;
  };

  [[nodiscard]] Kernel KernelOf(const flow::LayerCost& layer) const;
  [[nodiscard]] Point PointAt(BatchSize batch, const ClockPoint& at) const;
  void Add(const Kernel& kernel, const Point& at, Work& work) const;
  [[nodiscard]] Stretch StretchOf(const Work& work, const Point& at) const;
  void CutIntoStretches(const ClockPoint& at);

  ComputeConstants compute_;
  PowerConstants power_;
  double launch_s_;
  double flops_per_clock_hz_;
  double bandwidth_;         // bytes/s, peak
  double usable_bandwidth_;  // bytes/s, what kernels reach
  double cache_bytes_;
  double top_voltage2_clock_;
  double weight_bytes_ = 0;
  double widest_layer_bytes_ = 0;
  std::vector<Kernel> kernels_;
  std::vector<std::size_t> ends_;  // of stretches: one past their last kernel
};

}  // namespace batchsizer::sim
