#include "sim/device/reference_networks.h"

#include <cstdint>
#include <string>
#include <utility>

namespace batchsizer::sim {
namespace {

constexpr std::int64_t kFloat = 4;

// A tensor of one image.
struct Shape {
  std::int64_t channels;
  std::int64_t side;

  [[nodiscard]] std::int64_t Values() const { return channels * side * side; }
};

class Network {
 public:
  [[nodiscard]] flow::ModelSummary Take() { return std::move(model_); }

  // Followed by its activation, which costs nothing of its own.
  Shape Conv(Shape in, Shape out, int window, int groups = 1) {
    const std::int64_t depth = in.channels / groups * window * window;
    return Add("Conv", out.Values() * depth, out.channels * depth, in, out);
  }
  Shape Pool(Shape in, std::int64_t side) {
    return Add("MaxPool", 0, 0, in, Shape{in.channels, side});
  }
  Shape Dense(Shape in, std::int64_t units) {
    return Add("Gemm", in.Values() * units, in.Values() * units, in, Shape{units, 1});
  }

 private:
  Shape Add(const std::string& op, std::int64_t macs, std::int64_t weights, Shape in, Shape out) {
    flow::LayerCost layer;
    layer.name = op + "_" + std::to_string(model_.layers.size());
    layer.op = op;
    layer.macs = macs;
    layer.weight_bytes = weights * kFloat;
    layer.input_bytes = in.Values() * kFloat;
    layer.output_bytes = out.Values() * kFloat;
    model_.layers.push_back(std::move(layer));
    return out;
  }

  flow::ModelSummary model_;
};

}  // namespace

flow::ModelSummary AlexNet() {
  Network net;
  Shape at = net.Pool(net.Conv({3, 227}, {96, 55}, 11), 27);
  at = net.Pool(net.Conv(at, {256, 27}, 5, 2), 13);
  at = net.Conv(at, {384, 13}, 3);
  at = net.Conv(at, {384, 13}, 3, 2);
  at = net.Pool(net.Conv(at, {256, 13}, 3, 2), 6);
  net.Dense(net.Dense(net.Dense(at, 4096), 4096), 1000);
  return net.Take();
}

}  // namespace batchsizer::sim
