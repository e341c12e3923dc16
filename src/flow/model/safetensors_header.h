// The JSON header of a .safetensors file, checked. For safetensors.cc and its tests.
//
// Thread safety: free functions without state.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "batchsizer/result.h"
#include "flow/model/safetensors.h"

namespace batchsizer::flow {

// The tensors of a file with that many bytes of data. Errors: kInvalidInput, without
// the file's name.
[[nodiscard]] Result<std::map<std::string, StoredTensor, std::less<>>> ParseSafetensorsHeader(
    std::string_view json, std::int64_t data_bytes);

// Whether its numbers can be made float32: F64, F32, F16, BF16.
[[nodiscard]] bool IsFloatType(std::string_view type);

// What a file is that begins so and is no safetensors file: " (it looks like a zip
// archive: a PyTorch file?)"; empty when it looks like nothing we know.
[[nodiscard]] std::string OtherFormat(std::string_view begin);

}  // namespace batchsizer::flow
