// Photos made up, for demonstrations, tests and benchmarks: camera-like JPEGs
// (sky and ground, lit shapes, texture, sensor noise) in the sizes and of the
// weight of ImageNet's, about 469 x 387 pixels and 110 KiB on average. They show
// nothing; decoding them is the work that decoding photos is.
//
// The same seed gives the same photos.
// Thread safety: free functions without state.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "batchsizer/result.h"

namespace batchsizer::flow {

struct SyntheticPhoto {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;  // interleaved, rows without padding
};

// Photo index of the set that seed stands for.
[[nodiscard]] SyntheticPhoto MakeSyntheticPhoto(std::uint64_t seed, int index);

// Writes photo-00000.jpg and so on into dir, which is made if missing. A file
// that has such a name already is left as it is; each photo appears under its
// name only when complete, so an interrupted call can simply be repeated.
// Errors: kInvalidInput (negative count), kPermissionDenied, kNotFound, kIo.
[[nodiscard]] Status WriteSyntheticPhotos(const std::string& dir, int count, std::uint64_t seed);

}  // namespace batchsizer::flow
