#include "sim/device/batch_cost.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace batchsizer::sim {
namespace {

constexpr double kBytesPerValue = 4;  // the device computes in float32

// Nodes that only rename or reshape what is there: no kernel runs for them.
bool RunsKernel(const flow::LayerCost& layer) {
  constexpr std::array<std::string_view, 10> kFree{
      "Constant", "Dropout", "Flatten",   "Identity",        "Reshape",
      "Shape",    "Squeeze", "Unsqueeze", "ConstantOfShape", "Cast"};
  return layer.macs > 0 || std::find(kFree.begin(), kFree.end(), layer.op) == kFree.end();
}

double VoltageSquaredTimesClock(const ClockPoint& point) {
  return point.relative_voltage * point.relative_voltage * point.clock.value();
}

}  // namespace

BatchCostModel::BatchCostModel(const DeviceDescription& device, const flow::ModelSummary& model,
                               const HostConstants& host)
    : compute_(device.compute),
      power_(device.power),
      launch_s_(host.per_layer_us * 1e-6),
      flops_per_clock_hz_(device.compute.cores * device.compute.flops_per_core_per_cycle),
      bandwidth_(device.memory.bandwidth_gb_per_s * 1e9),
      usable_bandwidth_(bandwidth_ * device.memory.efficiency),
      cache_bytes_(device.memory.cache_mb * 1e6),
      top_voltage2_clock_(VoltageSquaredTimesClock(device.clocks.back())) {
  for (const flow::LayerCost& layer : model.layers) {
    if (!RunsKernel(layer)) continue;
    const Kernel kernel = KernelOf(layer);
    weight_bytes_ += kernel.weight_bytes;
    widest_layer_bytes_ = std::max(widest_layer_bytes_, kernel.image_bytes);
    kernels_.push_back(kernel);
  }
  CutIntoStretches(device.clocks.back());
}

// By the time of a middling batch; which layers belong together does not depend on
// the batch, so that a stretch of one batch can be compared with that of another.
void BatchCostModel::CutIntoStretches(const ClockPoint& at) {
  const Point middling = PointAt(BatchSize(32), at);
  Work all;
  for (const Kernel& kernel : kernels_) Add(kernel, middling, all);
  Work so_far;
  for (std::size_t i = 0; i < kernels_.size(); ++i) {
    Add(kernels_[i], middling, so_far);
    const auto cuts = static_cast<double>(ends_.size() + 1);
    const double next_cut = all.time_s * cuts / BatchCost::kMostStretches;
    const bool last = i + 1 == kernels_.size();
    const bool room = ends_.size() + 1 < BatchCost::kMostStretches;
    if (last || (room && so_far.time_s >= next_cut)) ends_.push_back(i + 1);
  }
}

BatchCostModel::Kernel BatchCostModel::KernelOf(const flow::LayerCost& layer) const {
  Kernel kernel;
  kernel.flops = 2.0 * static_cast<double>(layer.macs);
  kernel.weight_bytes = static_cast<double>(layer.weight_bytes);
  kernel.image_bytes = static_cast<double>(layer.input_bytes + layer.output_bytes);
  kernel.outputs = std::max(1.0, static_cast<double>(layer.output_bytes) / kBytesPerValue);
  const double depth = static_cast<double>(layer.macs) / kernel.outputs;
  if (depth > 0) {
    const double efficiency =
        compute_.efficiency * depth / (depth + compute_.half_efficiency_depth);
    kernel.slope = kernel.flops / efficiency;
    kernel.floor = kernel.slope / kernel.outputs * compute_.half_occupancy_outputs;
  }
  return kernel;
}

BatchCostModel::Point BatchCostModel::PointAt(BatchSize batch, const ClockPoint& at) const {
  return {.batch = static_cast<double>(batch.value()),
          .peak = flops_per_clock_hz_ * at.clock.value() * 1e6,
          .core_scale = VoltageSquaredTimesClock(at) / top_voltage2_clock_};
}

void BatchCostModel::Add(const Kernel& kernel, const Point& at, Work& work) const {
  const double image_traffic = kernel.image_bytes * at.batch;
  const double memory_s = (kernel.weight_bytes + image_traffic) / usable_bandwidth_;
  const double compute_s = (kernel.slope * at.batch + kernel.floor) / at.peak;
  const double kernel_s = std::max(compute_s, memory_s);
  const double outputs = kernel.outputs * at.batch;
  const double full = outputs / (outputs + compute_.half_occupancy_outputs);
  work.time_s += kernel_s + launch_s_;
  work.occupied_s += std::max(kernel_s * full, memory_s);
  work.flops += kernel.flops * at.batch;
  work.missed_bytes += kernel.weight_bytes + std::max(0.0, image_traffic - cache_bytes_);
}

Stretch BatchCostModel::StretchOf(const Work& work, const Point& at) const {
  const double core_j =
      power_.active_w * work.occupied_s + power_.arithmetic_w * work.flops / at.peak;
  const double memory_j = power_.memory_w * work.missed_bytes / bandwidth_;
  return {.time_s = work.time_s,
          .extra_w = (core_j * at.core_scale + memory_j) / work.time_s,
          .utilisation = work.occupied_s / work.time_s};
}

BatchCost BatchCostModel::Cost(BatchSize batch, const ClockPoint& at) const {
  const Point point = PointAt(batch, at);
  BatchCost cost;
  double extra_j = 0;
  std::size_t begin = 0;
  for (const std::size_t end : ends_) {
    Work work;
    for (std::size_t i = begin; i < end; ++i) Add(kernels_[i], point, work);
    begin = end;
    const Stretch stretch = StretchOf(work, point);
    cost.stretches.at(cost.count++) = stretch;
    cost.busy_s += stretch.time_s;
    extra_j += stretch.extra_w * stretch.time_s;
  }
  cost.extra_w = extra_j / cost.busy_s;
  return cost;
}

double BatchCostModel::Bytes(BatchSize batch) const {
  return weight_bytes_ + widest_layer_bytes_ * batch.value();
}

}  // namespace batchsizer::sim
