#include "flow/model/weight_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace batchsizer::flow {
namespace {

struct Named {
  WeightLayout layout;
  std::string_view name;
};
constexpr std::array<Named, 7> kNames = {{{WeightLayout::kAuto, "auto"},
                                          {WeightLayout::kSame, "same"},
                                          {WeightLayout::kOihw, "oihw"},
                                          {WeightLayout::kHwio, "hwio"},
                                          {WeightLayout::kHwcm, "hwcm"},
                                          {WeightLayout::kOi, "oi"},
                                          {WeightLayout::kIo, "io"}}};

// The axes o, i, h, w of the weight; a matrix has filters of one pixel.
std::array<std::int64_t, 4> SizesOf(const WeightForm& form) {
  const auto& dims = form.dims;
  if (form.kind == WeightForm::Kind::kFilters) return {dims[0], dims[1], dims[2], dims[3]};
  if (form.out_first) return {dims[0], dims[1], 1, 1};
  return {dims[1], dims[0], 1, 1};
}

bool IsDepthwise(const WeightForm& form) {
  return form.kind == WeightForm::Kind::kFilters && form.dims[1] == 1 && form.groups > 0 &&
         form.dims[0] % form.groups == 0;
}

std::optional<WeightView> Unchecked(WeightLayout layout, const WeightForm& form,
                                    std::span<const std::int64_t> s) {
  const bool is_matrix = layout == WeightLayout::kOi || layout == WeightLayout::kIo;
  if (s.size() != (is_matrix ? 2U : 4U)) return std::nullopt;
  switch (layout) {
    case WeightLayout::kOihw:
      return WeightView{{s[0], s[1], s[2], s[3]}, {s[1] * s[2] * s[3], s[2] * s[3], s[3], 1}};
    case WeightLayout::kHwio:
      return WeightView{{s[3], s[2], s[0], s[1]}, {1, s[3], s[1] * s[2] * s[3], s[2] * s[3]}};
    case WeightLayout::kHwcm: {
      if (!IsDepthwise(form) || s[2] != form.groups) return std::nullopt;
      const std::int64_t outputs = s[2] * s[3];
      return WeightView{{outputs, 1, s[0], s[1]}, {1, 0, s[1] * outputs, outputs}};
    }
    case WeightLayout::kOi:
      return WeightView{{s[0], s[1], 1, 1}, {s[1], 1, 0, 0}};
    case WeightLayout::kIo:
      return WeightView{{s[1], s[0], 1, 1}, {1, s[1], 0, 0}};
    case WeightLayout::kAuto:
    case WeightLayout::kSame:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::string_view ToString(WeightLayout layout) {
  for (const Named& named : kNames) {
    if (named.layout == layout) return named.name;
  }
  return "";
}

std::optional<WeightLayout> ParseWeightLayout(std::string_view name) {
  for (const Named& named : kNames) {
    if (named.name == name) return named.layout;
  }
  return std::nullopt;
}

std::string WeightLayoutNames() {
  std::vector<std::string_view> names;
  for (const Named& named : kNames) names.push_back(named.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::optional<WeightView> ViewAs(WeightLayout layout, const WeightForm& form,
                                 std::span<const std::int64_t> shape) {
  auto view = Unchecked(layout, form, shape);
  if (!view || view->size != SizesOf(form)) return std::nullopt;
  for (std::size_t axis = 0; axis < view->size.size(); ++axis) {
    if (view->size[axis] == 1) view->stride[axis] = 0;
  }
  return view;
}

std::vector<std::int64_t> ShapeIn(WeightLayout layout, const WeightForm& form) {
  if (form.kind == WeightForm::Kind::kOther || layout == WeightLayout::kSame) return form.dims;
  const auto [o, i, h, w] = SizesOf(form);
  const bool one_pixel = h == 1 && w == 1;
  switch (layout) {
    case WeightLayout::kOihw:
      return {o, i, h, w};
    case WeightLayout::kHwio:
      return {h, w, i, o};
    case WeightLayout::kHwcm:
      if (!IsDepthwise(form)) return {};
      return {h, w, form.groups, o / form.groups};
    case WeightLayout::kOi:
      return one_pixel ? std::vector<std::int64_t>{o, i} : std::vector<std::int64_t>{};
    case WeightLayout::kIo:
      return one_pixel ? std::vector<std::int64_t>{i, o} : std::vector<std::int64_t>{};
    default:
      return {};
  }
}

std::vector<float> Rearranged(const std::vector<float>& values, const WeightView& view,
                              const WeightForm& form) {
  std::vector<float> out;
  out.reserve(values.size());
  const auto [outputs, inputs, height, width] = view.size;
  const auto add_filter = [&](std::int64_t o, std::int64_t i) {
    for (std::int64_t h = 0; h < height; ++h) {
      for (std::int64_t w = 0; w < width; ++w) {
        const std::int64_t place =
            o * view.stride[0] + i * view.stride[1] + h * view.stride[2] + w * view.stride[3];
        out.push_back(values[static_cast<std::size_t>(place)]);
      }
    }
  };
  const bool out_first = form.kind == WeightForm::Kind::kFilters || form.out_first;
  const std::int64_t outer = out_first ? outputs : inputs;
  const std::int64_t inner = out_first ? inputs : outputs;
  for (std::int64_t a = 0; a < outer; ++a) {
    for (std::int64_t b = 0; b < inner; ++b) {
      out_first ? add_filter(a, b) : add_filter(b, a);
    }
  }
  return out;
}

}  // namespace batchsizer::flow
