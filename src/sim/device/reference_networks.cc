#include "sim/device/reference_networks.h"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace batchsizer::sim {
namespace {

constexpr std::int64_t kFloat = 4;

enum class Pad { kSame, kValid };

struct Window {
  int height = 1;
  int width = 1;
  int stride = 1;
  Pad pad = Pad::kSame;
};

constexpr Window Square(int size, int stride = 1, Pad pad = Pad::kSame) {
  return Window{size, size, stride, pad};
}

// A tensor of one image.
struct Shape {
  std::int64_t channels = 3;
  std::int64_t height = 224;
  std::int64_t width = 224;

  [[nodiscard]] std::int64_t Values() const { return channels * height * width; }
};

std::int64_t OutputSize(std::int64_t input, int window, int stride, Pad pad) {
  if (pad == Pad::kSame) return (input + stride - 1) / stride;
  return (input - window) / stride + 1;
}

Shape Slide(const Shape& in, const Window& window, std::int64_t channels) {
  return Shape{channels, OutputSize(in.height, window.height, window.stride, window.pad),
               OutputSize(in.width, window.width, window.stride, window.pad)};
}

// Writes a network down layer by layer. Functions take the shape a layer reads
// and give back the shape it makes, so that branches are ordinary expressions.
class Network {
 public:
  explicit Network(Fusion fusion) : fusion_(fusion) {}

  [[nodiscard]] flow::ModelSummary Take() { return std::move(model_); }

  // A convolution alone.
  Shape RawConv(const Shape& in, std::int64_t channels, const Window& window,
                std::int64_t groups = 1) {
    const Shape out = Slide(in, window, channels);
    const std::int64_t depth = in.channels / groups * window.height * window.width;
    Add("Conv", out.Values() * depth, channels * depth, in.Values(), out.Values());
    return out;
  }

  // A convolution with normalisation and activation.
  Shape Conv(const Shape& in, std::int64_t channels, const Window& window,
             std::int64_t groups = 1) {
    const Shape out = RawConv(in, channels, window, groups);
    Normalise(out);
    return out;
  }

  // A chain of convolutions: {channels, window} each.
  Shape Chain(Shape at, std::initializer_list<std::pair<int, Window>> steps) {
    for (const auto& [channels, window] : steps) at = Conv(at, channels, window);
    return at;
  }

  void Normalise(const Shape& at) {
    Elementwise("BatchNormalization", at);
    Elementwise("Relu", at);
  }

  // Reads and writes the whole tensor; a fused one costs nothing of its own.
  void Elementwise(const std::string& op, const Shape& at, int inputs = 1) {
    if (fusion_ == Fusion::kFull) return;
    Add(op, 0, 0, inputs * at.Values(), at.Values());
  }

  Shape Pool(const Shape& in, const Window& window) {
    const Shape out = Slide(in, window, in.channels);
    Add("MaxPool", 0, 0, in.Values(), out.Values());
    return out;
  }

  Shape GlobalPool(const Shape& in) {
    const Shape out{in.channels, 1, 1};
    Add("GlobalAveragePool", 0, 0, in.Values(), out.Values());
    return out;
  }

  Shape Dense(const Shape& in, std::int64_t classes) {
    Add("Gemm", in.Values() * classes, in.Values() * classes, in.Values(), classes);
    return Shape{classes, 1, 1};
  }

  Shape Concat(std::initializer_list<Shape> parts) {
    Shape out = *parts.begin();
    out.channels = 0;
    for (const Shape& part : parts) out.channels += part.channels;
    Elementwise("Concat", out);
    return out;
  }

 private:
  void Add(const std::string& op, std::int64_t macs, std::int64_t weights, std::int64_t read,
           std::int64_t written) {
    flow::LayerCost layer;
    layer.name = op + "_" + std::to_string(model_.layers.size());
    layer.op = op;
    layer.macs = macs;
    layer.weight_bytes = weights * kFloat;
    layer.input_bytes = read * kFloat;
    layer.output_bytes = written * kFloat;
    model_.layers.push_back(std::move(layer));
  }

  Fusion fusion_;
  flow::ModelSummary model_;
};

// One unit of ResNet-v2: normalised first, 1x1, 3x3, 1x1, added to its input.
Shape ResNetUnit(Network& net, const Shape& in, std::int64_t width, int stride) {
  const std::int64_t channels = 4 * width;
  net.Normalise(in);
  if (in.channels != channels) {
    net.RawConv(in, channels, Square(1, stride));
  } else if (stride > 1) {
    net.Pool(in, Square(1, stride));
  }
  Shape at = net.Conv(in, width, Square(1));
  at = net.Conv(at, width, Square(3, stride));
  at = net.RawConv(at, channels, Square(1));
  net.Elementwise("Add", at, 2);
  return at;
}

// The block of GoogLeNet: 1x1; 1x1, 3x3; 1x1, 3x3 for 5x5; pool, 1x1.
Shape GoogLeNetBlock(Network& net, const Shape& in, const std::array<int, 6>& c) {
  const Shape a = net.Conv(in, c[0], Square(1));
  const Shape b = net.Chain(in, {{c[1], Square(1)}, {c[2], Square(3)}});
  const Shape d = net.Chain(in, {{c[3], Square(1)}, {c[4], Square(3)}});
  const Shape e = net.Conv(net.Pool(in, Square(3)), c[5], Square(1));
  return net.Concat({a, b, d, e});
}

Shape InceptionV3Block35(Network& net, const Shape& in, int pooled) {
  const Shape a = net.Conv(in, 64, Square(1));
  const Shape b = net.Chain(in, {{48, Square(1)}, {64, Square(5)}});
  const Shape c = net.Chain(in, {{64, Square(1)}, {96, Square(3)}, {96, Square(3)}});
  const Shape d = net.Conv(net.Pool(in, Square(3)), pooled, Square(1));
  return net.Concat({a, b, c, d});
}

Shape InceptionV3Block17(Network& net, const Shape& in, int width) {
  constexpr Window kRow{1, 7};
  constexpr Window kColumn{7, 1};
  const Shape a = net.Conv(in, 192, Square(1));
  const Shape b = net.Chain(in, {{width, Square(1)}, {width, kRow}, {192, kColumn}});
  const Shape c = net.Chain(
      in, {{width, Square(1)}, {width, kColumn}, {width, kRow}, {width, kColumn}, {192, kRow}});
  const Shape d = net.Conv(net.Pool(in, Square(3)), 192, Square(1));
  return net.Concat({a, b, c, d});
}

Shape InceptionV3Block8(Network& net, const Shape& in) {
  constexpr Window kRow{1, 3};
  constexpr Window kColumn{3, 1};
  const Shape a = net.Conv(in, 320, Square(1));
  const Shape b = net.Conv(in, 384, Square(1));
  const Shape b_row = net.Conv(b, 384, kRow);
  const Shape b_column = net.Conv(b, 384, kColumn);
  const Shape c = net.Chain(in, {{448, Square(1)}, {384, Square(3)}});
  const Shape c_row = net.Conv(c, 384, kRow);
  const Shape c_column = net.Conv(c, 384, kColumn);
  const Shape d = net.Conv(net.Pool(in, Square(3)), 192, Square(1));
  return net.Concat({a, b_row, b_column, c_row, c_column, d});
}

// The two places where Inception v3 halves the image.
Shape InceptionV3To17(Network& net, const Shape& in) {
  const Shape a = net.Conv(in, 384, Square(3, 2, Pad::kValid));
  const Shape b =
      net.Chain(in, {{64, Square(1)}, {96, Square(3)}, {96, Square(3, 2, Pad::kValid)}});
  return net.Concat({a, b, net.Pool(in, Square(3, 2, Pad::kValid))});
}

Shape InceptionV3To8(Network& net, const Shape& in) {
  const Shape a = net.Chain(in, {{192, Square(1)}, {320, Square(3, 2, Pad::kValid)}});
  const Shape b = net.Chain(in, {{192, Square(1)},
                                 {192, Window{1, 7}},
                                 {192, Window{7, 1}},
                                 {192, Square(3, 2, Pad::kValid)}});
  return net.Concat({a, b, net.Pool(in, Square(3, 2, Pad::kValid))});
}

Shape InceptionV3Stem(Network& net) {
  Shape at = net.Chain(
      Shape{3, 299, 299},
      {{32, Square(3, 2, Pad::kValid)}, {32, Square(3, 1, Pad::kValid)}, {64, Square(3)}});
  at = net.Pool(at, Square(3, 2, Pad::kValid));
  at = net.Chain(at, {{80, Square(1, 1, Pad::kValid)}, {192, Square(3, 1, Pad::kValid)}});
  return net.Pool(at, Square(3, 2, Pad::kValid));
}

}  // namespace

flow::ModelSummary MobileNetV1(Fusion fusion) {
  struct Step {
    int channels;
    int stride;
  };
  constexpr std::array<Step, 13> kSteps{{{64, 1},
                                         {128, 2},
                                         {128, 1},
                                         {256, 2},
                                         {256, 1},
                                         {512, 2},
                                         {512, 1},
                                         {512, 1},
                                         {512, 1},
                                         {512, 1},
                                         {512, 1},
                                         {1024, 2},
                                         {1024, 1}}};
  Network net(fusion);
  Shape at = net.Conv(Shape{}, 32, Square(3, 2));
  for (const Step& step : kSteps) {
    at = net.Conv(at, at.channels, Square(3, step.stride), at.channels);
    at = net.Conv(at, step.channels, Square(1));
  }
  net.Dense(net.GlobalPool(at), 1001);
  return net.Take();
}

flow::ModelSummary ResNetV2(int layers, Fusion fusion) {
  BATCHSIZER_CHECK(layers == 50 || layers == 101 || layers == 152);
  const std::array<int, 4> units = layers == 50    ? std::array{3, 4, 6, 3}
                                   : layers == 101 ? std::array{3, 4, 23, 3}
                                                   : std::array{3, 8, 36, 3};
  Network net(fusion);
  Shape at = net.RawConv(Shape{}, 64, Square(7, 2));
  at = net.Pool(at, Square(3, 2));
  std::int64_t width = 64;
  for (std::size_t block = 0; block < units.size(); ++block) {
    for (int unit = 1; unit <= units.at(block); ++unit) {
      const bool halves = unit == units.at(block) && block + 1 < units.size();
      at = ResNetUnit(net, at, width, halves ? 2 : 1);
    }
    width *= 2;
  }
  net.Normalise(at);
  net.Dense(net.GlobalPool(at), 1001);
  return net.Take();
}

flow::ModelSummary GoogLeNet(Fusion fusion) {
  Network net(fusion);
  Shape at = net.Pool(net.Conv(Shape{}, 64, Square(7, 2)), Square(3, 2));
  at = net.Pool(net.Chain(at, {{64, Square(1)}, {192, Square(3)}}), Square(3, 2));
  at = GoogLeNetBlock(net, at, {64, 96, 128, 16, 32, 32});
  at = net.Pool(GoogLeNetBlock(net, at, {128, 128, 192, 32, 96, 64}), Square(3, 2));
  at = GoogLeNetBlock(net, at, {192, 96, 208, 16, 48, 64});
  at = GoogLeNetBlock(net, at, {160, 112, 224, 24, 64, 64});
  at = GoogLeNetBlock(net, at, {128, 128, 256, 24, 64, 64});
  at = GoogLeNetBlock(net, at, {112, 144, 288, 32, 64, 64});
  at = net.Pool(GoogLeNetBlock(net, at, {256, 160, 320, 32, 128, 128}), Square(2, 2));
  at = GoogLeNetBlock(net, at, {256, 160, 320, 32, 128, 128});
  at = GoogLeNetBlock(net, at, {384, 192, 384, 48, 128, 128});
  net.Dense(net.GlobalPool(at), 1001);
  return net.Take();
}

flow::ModelSummary InceptionV3(Fusion fusion) {
  Network net(fusion);
  Shape at = InceptionV3Stem(net);
  for (const int pooled : {32, 64, 64}) at = InceptionV3Block35(net, at, pooled);
  at = InceptionV3To17(net, at);
  for (const int width : {128, 160, 160, 192}) at = InceptionV3Block17(net, at, width);
  at = InceptionV3To8(net, at);
  for (int block = 0; block < 2; ++block) at = InceptionV3Block8(net, at);
  net.Dense(net.GlobalPool(at), 1001);
  return net.Take();
}

flow::ModelSummary AlexNet() {
  Network net(Fusion::kFull);
  Shape at = net.Conv(Shape{3, 227, 227}, 96, Square(11, 4, Pad::kValid));
  at = net.Pool(at, Square(3, 2, Pad::kValid));
  at = net.Pool(net.Conv(at, 256, Square(5), 2), Square(3, 2, Pad::kValid));
  at = net.Conv(at, 384, Square(3));
  at = net.Conv(at, 384, Square(3), 2);
  at = net.Pool(net.Conv(at, 256, Square(3), 2), Square(3, 2, Pad::kValid));
  at = net.Dense(net.Dense(at, 4096), 4096);
  net.Dense(at, 1000);
  return net.Take();
}

double TotalMacs(const flow::ModelSummary& model) {
  double macs = 0;
  for (const flow::LayerCost& layer : model.layers) macs += static_cast<double>(layer.macs);
  return macs;
}

}  // namespace batchsizer::sim
