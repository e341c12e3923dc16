// RGB pixels into a JPEG, through TurboJPEG.
//
// Thread safety: one thread at a time; make one for each thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "batchsizer/result.h"

namespace batchsizer::flow {

struct JpegStyle {
  int quality = 96;            // 1 to 100
  bool halved_colours = true;  // 4:2:0; else 4:4:4
};

class JpegEncoder {
 public:
  JpegEncoder();
  JpegEncoder(const JpegEncoder&) = delete;
  JpegEncoder& operator=(const JpegEncoder&) = delete;
  ~JpegEncoder();

  // rgb: interleaved, rows without padding. The result is borrowed: valid until the
  // next Encode. Errors: kInternal.
  [[nodiscard]] Result<std::string_view> Encode(std::span<const std::uint8_t> rgb, int width,
                                                int height, const JpegStyle& style);

 private:
  std::unique_ptr<void, int (*)(void*)> handle_;
  unsigned char* bytes_ = nullptr;
  unsigned long reserved_ = 0;  // TurboJPEG's type
};

}  // namespace batchsizer::flow
