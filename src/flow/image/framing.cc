#include "flow/image/framing.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace batchsizer::flow {
namespace {

// Half to even, as Python's round(), which torchvision's CenterCrop uses.
std::int64_t CentreOffset(std::int64_t whole, int part) {
  return std::llrint(static_cast<double>(whole - part) / 2.0);
}

AxisPlan CentredPlan(std::int64_t out_size, int crop_size) {
  return {out_size, CentreOffset(out_size, crop_size), crop_size};
}

void Mirror(AxisPlan& plan) { plan.crop_begin = plan.out_size - plan.crop_begin - plan.crop_size; }

}  // namespace

ResizePlan PlanResize(int file_width, int file_height, Orientation orientation,
                      const Cover& cover) {
  std::int64_t width = file_width;
  std::int64_t height = file_height;
  if (orientation.SwapsSides()) std::swap(width, height);
  std::int64_t out_width = cover.width;
  std::int64_t out_height = cover.height;
  // The side that is short against what is needed gets exactly that.
  if (out_height * width >= out_width * height) {
    out_width = out_height * width / height;
  } else {
    out_height = out_width * height / width;
  }
  ResizePlan plan{CentredPlan(out_width, cover.crop_width),
                  CentredPlan(out_height, cover.crop_height)};
  if (orientation.SwapsSides()) std::swap(plan.across, plan.down);
  if (orientation.MirrorsLines()) Mirror(plan.across);
  if (orientation.MirrorsOrder()) Mirror(plan.down);
  return plan;
}

FilterReach::FilterReach(double true_size, std::int64_t out_size)
    : scale_(true_size / static_cast<double>(out_size)), radius_(std::max(scale_, 1.0)) {}

double FilterReach::CentreOf(std::int64_t out_position) const {
  return (static_cast<double>(out_position) + 0.5) * scale_;
}

PixelRange FilterReach::Around(double centre, PixelRange available) const {
  // The pixels whose centres lie under the triangle; truncated as Pillow does.
  constexpr double kToCentre = 0.5;
  return {std::max(available.begin, static_cast<int>(centre - radius_ + kToCentre)),
          std::min(available.end, static_cast<int>(centre + radius_ + kToCentre))};
}

PixelRange NeededPixels(const AxisPlan& plan, int in_size, double true_size) {
  const FilterReach reach(true_size, plan.out_size);
  const PixelRange all{0, in_size};
  const PixelRange first = reach.Around(reach.CentreOf(plan.crop_begin), all);
  const PixelRange last = reach.Around(reach.CentreOf(plan.crop_begin + plan.crop_size - 1), all);
  return {first.begin, last.end};
}

}  // namespace batchsizer::flow
