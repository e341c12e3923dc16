// The ONNX side of ModelBuilder: nodes, attributes and weights into a
// ModelProto. For the .cc files of this folder.
//
// Thread safety: thread-compatible.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/engine.h"

namespace onnx {
class ModelProto;
class NodeProto;
class TensorProto;
}  // namespace onnx

namespace batchsizer::flow {

class GraphWriter {
 public:
  explicit GraphWriter(std::string_view name);
  GraphWriter(const GraphWriter&) = delete;
  GraphWriter& operator=(const GraphWriter&) = delete;
  ~GraphWriter();

  // Appends a layer with one output, called name or else after its operator and its
  // place. The reference is good until the next AddNode.
  onnx::NodeProto& AddNode(std::string_view op, std::initializer_list<std::string_view> inputs,
                           std::string_view name = {});
  static void SetInts(onnx::NodeProto& node, std::string_view name,
                      std::span<const std::int64_t> values);
  static void SetInt(onnx::NodeProto& node, std::string_view name, std::int64_t value);
  static void SetFloat(onnx::NodeProto& node, std::string_view name, float value);
  static void SetString(onnx::NodeProto& node, std::string_view name, std::string_view value);

  // Weights named after the layer they belong to, without data so far. The reference
  // is good until the next ones.
  onnx::TensorProto& AddWeights(const std::string& layer, std::string_view role,
                                std::span<const std::int64_t> dims);
  static void Fill(onnx::TensorProto& tensor, const std::vector<float>& values);
  // Numbers that steer a layer; returns their name.
  std::string AddIntegers(const std::string& layer, std::string_view role,
                          std::span<const std::int64_t> values);
  void AddScalar(std::string_view name, float value);

  void AddInput(std::string_view name, ElementType type, std::span<const std::int64_t> dims);
  // value: the tensor that becomes the output. Renames it.
  void AddOutput(const std::string& value, std::string_view name, ElementType type,
                 std::span<const std::int64_t> dims);

  // metadata_props: the value of key, made when there is none.
  std::string& Metadata(std::string_view key);

  [[nodiscard]] onnx::ModelProto& proto() { return *proto_; }
  [[nodiscard]] const onnx::ModelProto& proto() const { return *proto_; }

 private:
  std::unique_ptr<onnx::ModelProto> proto_;
};

}  // namespace batchsizer::flow
