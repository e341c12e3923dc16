#include "flow/model/testing/safetensors_writer.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <cstring>

#include "flow/model/onnx_file.h"

namespace batchsizer::flow {

std::string SafetensorsBytes(std::string_view header, std::string_view data) {
  const std::uint64_t length = header.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  bytes += header;
  bytes += data;
  return bytes;
}

std::string SafetensorsBytes(const std::vector<TensorToStore>& tensors) {
  std::string data;
  std::vector<std::string> entries;
  for (const TensorToStore& tensor : tensors) {
    const std::size_t begin = data.size();
    data.append(reinterpret_cast<const char*>(tensor.values.data()),
                tensor.values.size() * sizeof(float));
    entries.push_back(fmt::format(R"("{}":{{"dtype":"F32","shape":[{}],"data_offsets":[{},{}]}})",
                                  tensor.name, fmt::join(tensor.shape, ","), begin, data.size()));
  }
  return SafetensorsBytes(fmt::format("{{{}}}", fmt::join(entries, ",")), data);
}

std::vector<TensorToStore> WeightsInFile(const std::string& path) {
  std::vector<TensorToStore> weights;
  const auto model = OpenOnnxFile(path);
  if (!model) return weights;
  for (const auto& tensor : model->proto().graph().initializer()) {
    if (tensor.data_type() != onnx::TensorProto::FLOAT || tensor.dims_size() == 0) continue;
    TensorToStore& weight = weights.emplace_back();
    weight.name = tensor.name();
    weight.shape.assign(tensor.dims().begin(), tensor.dims().end());
    weight.values.resize(tensor.raw_data().size() / sizeof(float));
    std::memcpy(weight.values.data(), tensor.raw_data().data(), tensor.raw_data().size());
  }
  return weights;
}

}  // namespace batchsizer::flow
