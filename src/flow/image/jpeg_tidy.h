// A JPEG file without what libjpeg-turbo harmlessly complains about.
//
// Of several warnings TurboJPEG tells only the first. Without those that do no
// harm the next one, which may be about lost pixels, shows.
//
// Thread safety: free function without state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace batchsizer::flow {

// Copies file up to its end-of-image marker, without stray bytes between two
// segments and with a usual version number. Stray bytes within a scan stay: only
// a decoder can tell them from pixels. Returns the size of the copy; 0 when file
// ends before the image does.
// REQUIRES: JpegDecoder::Knows(file); room for file.size() bytes in out.
[[nodiscard]] std::size_t CopyTidied(std::span<const std::uint8_t> file, std::uint8_t* out);

}  // namespace batchsizer::flow
