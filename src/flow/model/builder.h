// Builds an ONNX model layer by layer, with generated weights: real work for
// the device, predictions that mean nothing.
//
// Images are NCHW inside. Weights are near-normal, He-scaled (variance 2 /
// fan-in) and mirrored in pairs of channels (random_weights.h), so that
// activations neither die nor explode and two images keep giving two answers;
// the same seed gives the same file on every machine.
//
// Layers with weights take their name and their weights' from Layer::scope, which
// the zoo sets to TF-slim's variable scopes.
//
// Misuse (a layer fed with a tensor of the wrong rank) is a broken invariant
// and aborts; only writing the file can fail.
//
// Thread safety: thread-compatible.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/engine.h"
#include "batchsizer/result.h"

namespace onnx {
class ModelProto;
}

namespace batchsizer::flow {

// metadata_props entry by which a reader knows that weights are generated.
inline constexpr std::string_view kWeightsKey = "batchsizer.weights";
inline constexpr std::string_view kGeneratedWeights = "generated";
// One line for each layer whose weights and bias stand for a batch norm too: the
// weights' name, a blank, the batch norm's scope.
inline constexpr std::string_view kFoldedBatchNormsKey = "batchsizer.folded_batch_norms";

// A value in the graph. dims[0] is the batch; -1 is an open size.
struct Tensor {
  std::string name;
  std::vector<std::int64_t> dims;

  [[nodiscard]] std::int64_t channels() const { return dims[1]; }
};

// kSame and kValid as TensorFlow means them. kCentred: (size - 1) / 2 zeros on each
// side, whatever the stride.
enum class Padding { kSame, kValid, kCentred };

struct Window {
  int height = 1;
  int width = 1;
  int stride = 1;
  Padding padding = Padding::kSame;
};

struct Margins {
  int top = 0;
  int left = 0;
  int bottom = 0;
  int right = 0;
};

// What is particular about a layer with weights.
struct Layer {
  // Its weights are "<scope>/<weights>" and "<scope>/biases". Empty: the layer's name.
  std::string scope = {};
  // Empty: the scope; without one, its operator and its place. For layers that share a
  // scope.
  std::string name = {};
  std::string_view weights = "weights";
  bool bias = true;
  // Scope of the batch norm that is folded into weights and bias; empty: none.
  std::string batch_norm = {};
  float gain = 1.0F;  // factor on the generated weights
};

enum class WeightData {
  kGenerated,
  kNone,  // only names and shapes: for costs, not for a file
};

class ModelBuilder {
 public:
  ModelBuilder(std::string_view name, std::uint64_t seed, WeightData data = WeightData::kGenerated);
  ModelBuilder(ModelBuilder&&) noexcept;
  ModelBuilder& operator=(ModelBuilder&&) noexcept;
  ~ModelBuilder();

  // --- what goes in and out
  Tensor Input(std::string_view name, std::vector<std::int64_t> dims,
               ElementType type = ElementType::kFloat32);
  // An input that the caller of the model may leave out: its default is value.
  Tensor InputWithDefault(std::string_view name, float value);
  void Output(const Tensor& tensor, std::string_view name,
              ElementType type = ElementType::kFloat32);

  // --- layers with weights; bias included (a batch norm would fold into it)
  Tensor Conv(const Tensor& in, int channels, const Window& window, const Layer& layer = {});
  Tensor GroupConv(const Tensor& in, int channels, int groups, const Window& window,
                   const Layer& layer = {});
  Tensor DepthwiseConv(const Tensor& in, const Window& window, const Layer& layer = {});
  // Its gain: standard deviation of the outputs relative to the inputs'.
  Tensor Gemm(const Tensor& in, int units, const Layer& layer = {});
  Tensor BatchNorm(const Tensor& in, const std::string& scope = {}, float epsilon = 1e-5F);

  // --- layers without
  Tensor Relu(const Tensor& in);
  Tensor Relu6(const Tensor& in);
  Tensor MaxPool(const Tensor& in, const Window& window);
  Tensor AveragePool(const Tensor& in, const Window& window);
  Tensor GlobalAveragePool(const Tensor& in);
  Tensor Flatten(const Tensor& in);
  Tensor Softmax(const Tensor& in);
  Tensor Add(const Tensor& a, const Tensor& b);
  Tensor Multiply(const Tensor& a, const Tensor& b);
  Tensor Concat(std::span<const Tensor> parts);  // along the channels
  Tensor Transpose(const Tensor& in, std::span<const int> axes);
  Tensor Cast(const Tensor& in, ElementType type);
  // Zeros around the image; less than none cuts off.
  Tensor Pad(const Tensor& in, const Margins& margins);
  Tensor Upsample(const Tensor& in, int factor);  // nearest neighbour
  Tensor Scalar(float value);

  // An entry of metadata_props; one of the same key is replaced.
  void SetMetadata(std::string_view key, std::string_view value);

  // The model so far; not to be kept. Without weight data it is no whole file.
  [[nodiscard]] const onnx::ModelProto& proto() const;
  // The finished model. Call once the last Output is set.
  // REQUIRES: WeightData::kGenerated; so does Save.
  [[nodiscard]] std::string Serialise() const;
  // Writes it beside path, then renames: path is either the old file or the
  // whole new one. Errors: kNotFound (no such folder), kPermissionDenied, kIo.
  [[nodiscard]] Status Save(const std::string& path) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace batchsizer::flow
