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
#include "flow/image/rgb_image.h"
#include "flow/image/split_mix.h"

namespace batchsizer::flow {

struct SyntheticPhoto {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgb;  // interleaved, rows without padding
};

// A photo of that size. grain: strength of its fine texture and noise, and so about
// how many bytes it takes; 1 is a camera's.
[[nodiscard]] SyntheticPhoto PaintPhoto(PictureSize size, float grain, SplitMix& random);

// Photo index of the set that seed stands for.
[[nodiscard]] SyntheticPhoto MakeSyntheticPhoto(std::uint64_t seed, int index);

// Makes the folder, and those above it, if missing. Errors: kPermissionDenied,
// kNotFound (there is a file in the way), kIo.
[[nodiscard]] Status MakePhotoFolder(const std::string& dir);

// Writes it into dir, which must be there, as photo-00000.jpg and so on. A file that
// has such a name already is left as it is; each photo appears under its name only
// when complete, so an interrupted call can simply be repeated.
// Errors: kPermissionDenied, kNotFound, kIo.
[[nodiscard]] Status WriteSyntheticPhoto(const std::string& dir, std::uint64_t seed, int index);

// The first count of the set, into a folder that is made if missing. Errors: as
// above; kInvalidInput (negative count).
[[nodiscard]] Status WriteSyntheticPhotos(const std::string& dir, int count, std::uint64_t seed);

}  // namespace batchsizer::flow
