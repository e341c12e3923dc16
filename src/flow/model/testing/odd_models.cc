#include "flow/model/testing/odd_models.h"

#include <onnx/onnx_pb.h>

#include <array>
#include <vector>

#include "flow/model/graph_writer.h"

namespace batchsizer::flow {
namespace {

constexpr std::array<std::int64_t, 2> kThreeScores = {-1, 3};

class Graph : public GraphWriter {
 public:
  explicit Graph(std::int64_t batch = -1, std::int64_t height = kOddSide,
                 std::int64_t width = kOddSide)
      : GraphWriter("odd") {
    AddInput("images", ElementType::kFloat32, std::array<std::int64_t, 4>{batch, 3, height, width});
  }

  std::string Layer(std::string_view op, std::initializer_list<std::string_view> inputs) {
    return AddNode(op, inputs).output(0);
  }
  std::string Averaged() { return Layer("Flatten", {Layer("GlobalAveragePool", {"images"})}); }
  std::string Weights(std::string_view role, std::vector<std::int64_t> dims) {
    std::int64_t count = 1;
    for (const std::int64_t dim : dims) count *= dim;
    auto& tensor = AddWeights("odd", role, dims);
    Fill(tensor, std::vector<float>(static_cast<std::size_t>(count), 0.5F));
    return tensor.name();
  }
  std::string Finish(const std::string& scores) {
    AddOutput(scores, "scores", ElementType::kFloat32, kThreeScores);
    return proto().SerializeAsString();
  }
};

}  // namespace

std::string FixesBatchInReshape(std::int64_t classes) {
  Graph graph;
  auto& shape = *graph.proto().mutable_graph()->add_initializer();
  shape.set_name("shape");
  shape.set_data_type(onnx::TensorProto::INT64);
  shape.add_dims(2);
  shape.add_int64_data(1);
  shape.add_int64_data(classes);
  return graph.Finish(graph.Layer("Reshape", {graph.Averaged(), "shape"}));
}

std::string AveragesOverTheBatch() {
  Graph graph;
  const std::string each = graph.Averaged();
  auto& node = graph.AddNode("ReduceMean", {each});
  GraphWriter::SetInts(node, "axes", std::array<std::int64_t, 1>{0});
  return graph.Finish(node.output(0));
}

std::string ConstantFirstOutput() {
  Graph graph;
  const std::string anchors = graph.Layer("Neg", {graph.Weights("anchors", {1, 4})});
  graph.AddOutput(anchors, "anchors", ElementType::kFloat32, std::array<std::int64_t, 2>{1, 4});
  return graph.Finish(graph.Averaged());
}

std::string NeedsItsImageSize() {
  Graph graph(-1, -1, -1);
  const std::string flat = graph.Layer("Flatten", {"images"});
  return graph.Finish(
      graph.Layer("MatMul", {flat, graph.Weights("matrix", {3 * kOddSide * kOddSide, 5})}));
}

std::string WrongChannels() {
  Graph graph;
  return graph.Finish(graph.Layer("Conv", {"images", graph.Weights("filters", {3, 4, 1, 1})}));
}

std::string NeedsACustomOperator() {
  Graph graph;
  const std::string averaged = graph.Averaged();
  auto& opset = *graph.proto().add_opset_import();
  opset.set_domain("com.acme");
  opset.set_version(1);
  auto& node = graph.AddNode("Divine", {averaged});
  node.set_domain("com.acme");
  return graph.Finish(node.output(0));
}

std::string OfVersions(std::int64_t ir_version, std::int64_t opset) {
  Graph graph;
  graph.proto().set_ir_version(ir_version);
  graph.proto().mutable_opset_import(0)->set_version(opset);
  return graph.Finish(graph.Averaged());
}

std::string Cyclic() {
  Graph graph;
  const std::string sum = graph.Layer("Add", {"images", "Relu_1:0"});
  return graph.Finish(graph.Layer("Relu", {sum}));
}

std::string Averages(std::int64_t batch, std::int64_t height, std::int64_t width) {
  Graph graph(batch, height, width);
  return graph.Finish(graph.Averaged());
}

}  // namespace batchsizer::flow
