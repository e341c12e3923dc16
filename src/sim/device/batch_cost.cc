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

BatchCostModel::BatchCostModel(const DeviceDescription& device, const flow::ModelSummary& model)
    : compute_(device.compute),
      launch_(device.launch),
      power_(device.power),
      flops_per_clock_hz_(device.compute.cores * device.compute.flops_per_core_per_cycle),
      bandwidth_(device.memory.bandwidth_gb_per_s * 1e9),
      usable_bandwidth_(bandwidth_ * device.memory.efficiency),
      top_voltage2_clock_(VoltageSquaredTimesClock(device.clocks.back())) {
  for (const flow::LayerCost& layer : model.layers) {
    if (!RunsKernel(layer)) continue;
    const Kernel kernel = KernelOf(layer);
    weight_bytes_ += kernel.weight_bytes;
    widest_layer_bytes_ = std::max(widest_layer_bytes_, kernel.image_bytes);
    kernels_.push_back(kernel);
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

BatchCost BatchCostModel::Cost(BatchSize batch, const ClockPoint& at) const {
  const double b = batch.value();
  const double peak = flops_per_clock_hz_ * at.clock.value() * 1e6;
  const double launch_s = launch_.per_layer_us * 1e-6;
  double busy_s = 0;
  double occupied_s = 0;
  double flops = 0;
  double bytes = 0;
  for (const Kernel& kernel : kernels_) {
    const double traffic = kernel.weight_bytes + kernel.image_bytes * b;
    const double compute_s = (kernel.slope * b + kernel.floor) / peak;
    const double memory_s = traffic / usable_bandwidth_;
    const double kernel_s = std::max(compute_s, memory_s);
    const double outputs = kernel.outputs * b;
    const double full = outputs / (outputs + compute_.half_occupancy_outputs);
    occupied_s += std::max(kernel_s * full, memory_s);
    busy_s += kernel_s + launch_s;
    flops += kernel.flops * b;
    bytes += traffic;
  }
  const double core_scale = VoltageSquaredTimesClock(at) / top_voltage2_clock_;
  const double core_j = power_.active_w * occupied_s + power_.arithmetic_w * flops / peak;
  const double memory_j = power_.memory_w * bytes / bandwidth_;
  return BatchCost{.busy_s = busy_s,
                   .extra_w = (core_j * core_scale + memory_j) / busy_s,
                   .utilisation = occupied_s / busy_s,
                   .flops_per_s = flops / busy_s,
                   .bytes_per_s = bytes / busy_s};
}

double BatchCostModel::Bytes(BatchSize batch) const {
  return weight_bytes_ + widest_layer_bytes_ * batch.value();
}

}  // namespace batchsizer::sim
