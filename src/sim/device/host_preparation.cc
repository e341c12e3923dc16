#include "sim/device/host_preparation.h"

#include <numeric>

namespace batchsizer::sim {

double PreparationSeconds(const HostConstants& host, const flow::ImageFacts& image) {
  const double megapixels = 1e-6 * image.width * image.height;
  const double kib = static_cast<double>(image.file_bytes) / 1024;
  return 1e-3 * (host.per_image_ms + host.per_megapixel_ms * megapixels + host.per_kib_ms * kib);
}

std::vector<double> PreparationSeconds(const HostConstants& host,
                                       std::span<const flow::ImageFacts> images) {
  std::vector<double> seconds;
  seconds.reserve(images.size());
  for (const flow::ImageFacts& image : images) seconds.push_back(PreparationSeconds(host, image));
  return seconds;
}

Duration MeanPreparation(const HostConstants& host, flow::ImageSetKind set) {
  const auto seconds =
      PreparationSeconds(host, flow::DrawImageSet(set, flow::kPaperSetImages, flow::kImageSetSeed));
  return FromSeconds(std::accumulate(seconds.begin(), seconds.end(), 0.0) / flow::kPaperSetImages);
}

}  // namespace batchsizer::sim
