#include "flow/model/layout_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace batchsizer::flow {
namespace {

constexpr std::array kPytorch = {WeightLayout::kOihw, WeightLayout::kOi};
constexpr std::array kTensorflow = {WeightLayout::kHwcm, WeightLayout::kHwio, WeightLayout::kIo};

struct Fits {
  std::optional<WeightView> pytorch;
  std::optional<WeightView> tensorflow;

  // One order only, whatever it is called.
  [[nodiscard]] bool Alike() const { return pytorch == tensorflow; }
};

template <typename Layouts>
std::optional<WeightView> FirstFit(const Layouts& layouts, const WeightForm& form,
                                   const std::vector<std::int64_t>& shape) {
  for (const WeightLayout layout : layouts) {
    if (auto view = ViewAs(layout, form, shape)) return view;
  }
  return std::nullopt;
}

Fits FitsOf(const WeightForm& form, const std::vector<std::int64_t>& shape) {
  return {FirstFit(kPytorch, form, shape), FirstFit(kTensorflow, form, shape)};
}

// ImageNet's classes are counted in two ways.
std::string ClassHint(const std::vector<std::int64_t>& have,
                      const std::vector<std::int64_t>& need) {
  const auto holds = [](const auto& shape, std::int64_t size) {
    return std::find(shape.begin(), shape.end(), size) != shape.end();
  };
  if (!(holds(have, 1000) && holds(need, 1001)) && !(holds(have, 1001) && holds(need, 1000))) {
    return "";
  }
  return "; 1001 classes, as TF-slim has them, are ImageNet's 1000 and, in front, 'background': "
         "take weights and a network of the same count";
}

}  // namespace

tl::unexpected<Error> DoesNotFit(const PlannedWeight& planned, const SafetensorsFile& file) {
  const NetworkWeight& weight = planned.weight;
  const auto& shape = file.Find(planned.from)->shape;
  std::vector<std::string> needs;
  const auto add = [&](WeightLayout layout) {
    const auto wanted = ShapeIn(layout, weight.form);
    if (!wanted.empty())
      needs.push_back(fmt::format("{} ({})", ShapeText(wanted), ToString(layout)));
  };
  const bool free = planned.layout == WeightLayout::kAuto;
  if (weight.form.kind == WeightForm::Kind::kOther) {
    add(WeightLayout::kSame);
  } else if (free) {
    for (const auto layout : kPytorch) add(layout);
    for (const auto layout : kTensorflow) add(layout);
  } else {
    add(planned.layout);
  }
  if (needs.empty())
    needs.push_back(fmt::format("another layout than {}", ToString(planned.layout)));
  return MakeError(
      ErrorCode::kInvalidInput,
      fmt::format("{}: tensor '{}' is {}; weight '{}' of the network is {} and needs {}{}",
                  file.path(), planned.from, ShapeText(shape), weight.name,
                  ShapeText(weight.form.dims), fmt::join(needs, " or "),
                  ClassHint(shape, weight.form.dims)));
}

LayoutChoice::LayoutChoice(const ImportPlan& plan, const SafetensorsFile& file) : file_(file) {
  for (const PlannedWeight& planned : plan.weights) {
    if (planned.from.empty() || planned.weight.form.kind == WeightForm::Kind::kOther) continue;
    const Fits fits = FitsOf(planned.weight.form, file.Find(planned.from)->shape);
    if (fits.pytorch && !fits.tensorflow) any_pytorch_ = true;
    if (fits.tensorflow && !fits.pytorch) any_tensorflow_ = true;
  }
}

Result<WeightView> LayoutChoice::Choose(const PlannedWeight& planned) const {
  const auto& shape = file_.Find(planned.from)->shape;
  const WeightForm& form = planned.weight.form;
  if (planned.layout != WeightLayout::kAuto) {
    const auto view = ViewAs(planned.layout, form, shape);
    if (!view) return DoesNotFit(planned, file_);
    return *view;
  }
  const Fits fits = FitsOf(form, shape);
  if (!fits.pytorch && !fits.tensorflow) return DoesNotFit(planned, file_);
  if (fits.pytorch && (!fits.tensorflow || fits.Alike())) return *fits.pytorch;
  if (!fits.pytorch) return *fits.tensorflow;
  if (any_tensorflow_ && !any_pytorch_) return *fits.tensorflow;
  if (any_pytorch_ && !any_tensorflow_) return *fits.pytorch;
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: tensor '{}' of {} fits weight '{}' in PyTorch's order and in "
                               "TensorFlow's, and the other tensors do not tell which; a map with "
                               "a layout for it must (--map)",
                               file_.path(), planned.from, ShapeText(shape), planned.weight.name));
}

}  // namespace batchsizer::flow
