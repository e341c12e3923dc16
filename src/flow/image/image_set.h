// The two inputs of the paper's evaluation as plain facts: how large the images of
// ImageNet and of Caltech-256 are, in pixels and in bytes. That is all that the
// time of preparing them hangs on.
//
// The distributions are those of the real sets as far as anybody has published
// them; image_set.cc says what is published and what is only plausible.
//
// Thread safety: free functions and plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/result.h"

namespace batchsizer::flow {

struct ImageFacts {
  int width = 0;
  int height = 0;
  std::int64_t file_bytes = 0;

  friend bool operator==(const ImageFacts&, const ImageFacts&) = default;
};

enum class ImageSetKind { kImageNet, kCaltech256 };

// "imagenet", "caltech256".
[[nodiscard]] std::string_view ToString(ImageSetKind kind);
// Errors: kInvalidInput for any other name.
[[nodiscard]] Result<ImageSetKind> ParseImageSetKind(std::string_view name);

// As many as the paper took of each set (section 3), and the seed of the draw that stands
// for a set where nobody asks for another.
inline constexpr int kPaperSetImages = 10'000;
inline constexpr std::uint64_t kImageSetSeed = 1;

// count images of such a set. The same for the same seed on every machine, to the
// last byte; image i is the same however many are drawn.
[[nodiscard]] std::vector<ImageFacts> DrawImageSet(ImageSetKind kind, int count,
                                                   std::uint64_t seed);

// What one set is like in the mean.
struct ImageSetMeans {
  double width = 0;
  double height = 0;
  double pixels = 0;
  double file_bytes = 0;
};
// All zero for an empty set.
[[nodiscard]] ImageSetMeans MeansOf(const std::vector<ImageFacts>& images);

// The same facts of a user's own copy.
struct ImageSetFound {
  std::vector<ImageFacts> images;
  std::int64_t broken = 0;            // images that are damaged or cannot be read
  std::vector<std::string> problems;  // the first ten of them, and what else is wrong
};

// path: anything that holds images (OpenImageSource). Of each only the header is
// read. A broken image is left out, counted and named.
// Errors: those of OpenImageSource; kInvalidInput when there is no image at all.
[[nodiscard]] Result<ImageSetFound> ReadImageSet(const std::string& path);

}  // namespace batchsizer::flow
