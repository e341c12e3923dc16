// What a host takes to prepare the images of a set: HostConstants applied to the
// sizes of its images.
//
// Thread safety: free functions without state.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "batchsizer/units.h"
#include "flow/image/image_set.h"
#include "sim/device/device_description.h"

namespace batchsizer::sim {

// Of one image: a constant, and so much for its pixels and for its file.
[[nodiscard]] double PreparationSeconds(const HostConstants& host, const flow::ImageFacts& image);
// Of each image, in order.
[[nodiscard]] std::vector<double> PreparationSeconds(const HostConstants& host,
                                                     std::span<const flow::ImageFacts> images);

// The mean over a drawn set of the kind, the same every time.
[[nodiscard]] Duration MeanPreparation(const HostConstants& host, flow::ImageSetKind set);

}  // namespace batchsizer::sim
