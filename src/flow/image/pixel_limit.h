// The guard against files that are small on disk and enormous when unpacked.
//
// Thread safety: free function without state.
#pragma once

#include <fmt/format.h>

#include <cstdint>

#include "batchsizer/result.h"

namespace batchsizer::flow {

// kInvalidInput when the picture has more than max_pixels.
[[nodiscard]] inline Status CheckPixelLimit(std::int64_t width, std::int64_t height,
                                            std::int64_t max_pixels) {
  if (width <= max_pixels / height) return {};  // the product could overflow
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{} x {} pixels are more than the limit of {} million pixels", width,
                               height, static_cast<double>(max_pixels) / 1e6));
}

}  // namespace batchsizer::flow
