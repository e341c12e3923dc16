// What a network of the zoo costs, from its shapes alone.
#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <onnx/onnx_pb.h>

#include <memory>
#include <utility>

#include "flow/model/weights.h"
#include "flow/model/zoo.h"
#include "flow/model/zoo_networks.h"

namespace batchsizer::flow {
namespace {

std::int64_t LengthBytes(std::int64_t length) {
  using google::protobuf::io::CodedOutputStream;
  return static_cast<std::int64_t>(
      CodedOutputStream::VarintSize64(static_cast<std::uint64_t>(length)));
}

// By how much a record within another grows when its content does.
std::int64_t Growth(std::int64_t bytes, std::int64_t more) {
  return more + LengthBytes(bytes + more) - LengthBytes(bytes);
}

// Bytes that the weights' data would add to the graph.
std::int64_t MissingData(const onnx::GraphProto& graph) {
  std::int64_t missing = 0;
  for (const auto& tensor : graph.initializer()) {
    if (tensor.has_raw_data()) continue;
    constexpr std::int64_t kTag = 1;
    const std::int64_t data = BytesOf(tensor);
    missing +=
        Growth(static_cast<std::int64_t>(tensor.ByteSizeLong()), kTag + LengthBytes(data) + data);
  }
  return missing;
}

std::int64_t FileBytes(const onnx::ModelProto& proto) {
  const auto graph = static_cast<std::int64_t>(proto.graph().ByteSizeLong());
  return static_cast<std::int64_t>(proto.ByteSizeLong()) +
         Growth(graph, MissingData(proto.graph()));
}

}  // namespace

Result<ModelSummary> SummariseZooModel(std::string_view name, const SummaryOptions& options) {
  const auto built = MakeZooNetwork(name, kDefaultZooSeed, WeightData::kNone);
  if (!built) return tl::unexpected(built.error());
  const OnnxModel model(fmt::format("zoo:{}", name), FileBytes(built->proto()),
                        std::make_unique<onnx::ModelProto>(built->proto()));
  return SummariseModel(model, options);
}

}  // namespace batchsizer::flow
