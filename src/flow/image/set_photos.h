// Photos made up with exactly the sizes, and nearly the bytes, of an image set's
// facts: a folder that costs as much to read and to decode as the real one.
//
// Thread safety: free functions without state; any number at once.
#pragma once

#include <cstdint>
#include <string>

#include "batchsizer/result.h"
#include "flow/image/image_set.h"

namespace batchsizer::flow {

// "imagenet-1-00042.jpg": set, seed and index say all about what is in it.
[[nodiscard]] std::string SetPhotoName(ImageSetKind kind, std::uint64_t seed, int index);

// A JPEG with these facts: its size exactly, its bytes as near as qualities allow
// (within a few percent, but for the smallest).
// Errors: kInternal, kOutOfMemory.
[[nodiscard]] Result<std::string> MakeSetPhoto(ImageSetKind kind, const ImageFacts& facts,
                                               std::uint64_t seed, int index);

// Writes it into dir, which must be there, whole or not at all. One that is there
// already is left as it is. Errors: as above; kPermissionDenied, kNotFound, kIo.
[[nodiscard]] Status WriteSetPhoto(const std::string& dir, ImageSetKind kind,
                                   const ImageFacts& facts, std::uint64_t seed, int index);

}  // namespace batchsizer::flow
