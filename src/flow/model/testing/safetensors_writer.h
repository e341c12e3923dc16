// For tests: safetensors files, right ones and wrong ones.
//
// Thread safety: free functions and plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace batchsizer::flow {

struct TensorToStore {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

// The bytes of a file with that header, whatever it says, and that data.
[[nodiscard]] std::string SafetensorsBytes(std::string_view header, std::string_view data);
// A right file of float32 tensors.
[[nodiscard]] std::string SafetensorsBytes(const std::vector<TensorToStore>& tensors);

// The float32 weights of the ONNX file at path, of rank 1 and more, by their own names.
[[nodiscard]] std::vector<TensorToStore> WeightsInFile(const std::string& path);

}  // namespace batchsizer::flow
