#include "record/report/ticks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "record/report/page_text.h"

namespace batchsizer::record {
namespace {

// Values this close to an end, in steps, are at it.
constexpr double kSlack = 1e-6;

bool Fits(double value, Scale scale) {
  return std::isfinite(value) && (scale == Scale::kLinear || value > 0);
}

// The smallest of 1, 2, 2.5 and 5 times a power of ten that is at least this.
double NiceStep(double rough) {
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power >= rough * (1 - kSlack)) return factor * power;
  }
  return 10 * power;
}

// Begun at 0 where that is near.
void ReachForZero(Extent& extent, bool tight) {
  // A first tick at 0 is easier to read than one at 37, if it costs little room.
  constexpr double kNear = 0.6;
  // Time that begins at 0.1 s begins at 0 all the same.
  constexpr double kVeryNear = 0.05;
  const double near = tight ? kVeryNear : kNear;
  if (extent.least > 0 && extent.least < near * extent.most) extent.least = 0;
  if (!tight && extent.most < 0 && extent.most > kNear * extent.least) extent.most = 0;
}

// The data's ends, or those asked for, made apart.
Extent LinearExtent(const Axis& axis, const Extent& data, bool tight) {
  Extent extent = data.empty ? Extent{0, 1, false} : data;
  ReachForZero(extent, tight);
  if (axis.least) extent.least = *axis.least;
  if (axis.most) extent.most = *axis.most;
  const double size = std::max(std::abs(extent.least), std::abs(extent.most));
  if (!(extent.most - extent.least > size * 1e-9)) {
    const double room = size > 0 ? size / 2 : 1;
    if (!axis.least) extent.least = std::min(extent.least, extent.most) - room;
    if (!axis.most || axis.least) extent.most = extent.least + 2 * room;
  }
  return extent;
}

Ticks LinearTicks(const Axis& axis, const Extent& data, int wanted, bool tight) {
  const Extent extent = LinearExtent(axis, data, tight);
  const double step = NiceStep((extent.most - extent.least) / std::max(1, wanted));
  Ticks result{extent.least, extent.most, {}};
  if (!tight && !axis.least) result.least = step * std::floor(extent.least / step + kSlack);
  if (!tight && !axis.most) result.most = step * std::ceil(extent.most / step - kSlack);
  // A run of 59.99 s ends at 60.
  constexpr double kNearEnd = 0.02;
  const double next = step * std::ceil(result.most / step - kSlack);
  const bool is_near = next - result.most < kNearEnd * (result.most - result.least);
  if (tight && !axis.most && is_near) result.most = next;
  const double first = std::ceil(result.least / step - kSlack);
  const double last = std::floor(result.most / step + kSlack);
  for (double at = first; at <= last; ++at) {
    result.ticks.push_back({at * step, TickLabel(at * step, step)});
  }
  return result;
}

// "1024", but "16,384".
std::string WholeLabel(double value) {
  constexpr double kLong = 10'000;
  return value < kLong ? fmt::format("{:.0f}", value) : Grouped(std::llround(value));
}

std::string PowerLabel(double value) {
  return value >= 1 ? WholeLabel(value) : fmt::format("{:g}", value);
}

// Of so many doublings every how manieth has a tick; one that meets both ends if any does.
int Stride(int doublings, int most_ticks) {
  int stride = 1;
  while (doublings / stride + 1 > most_ticks) ++stride;
  for (int other = stride; other <= stride + 1; ++other) {
    if (doublings % other == 0) return other;
  }
  return stride;
}

Ticks Log2Ticks(const Axis& axis, const Extent& data, int wanted, bool tight) {
  Extent extent = data.empty ? Extent{1, 2, false} : data;
  if (axis.least && *axis.least > 0) extent.least = *axis.least;
  if (axis.most && *axis.most > 0) extent.most = *axis.most;
  Ticks result{extent.least, extent.most, {}};
  if (!tight && !axis.least) result.least = std::exp2(std::floor(std::log2(extent.least) + kSlack));
  if (!tight && !axis.most) result.most = std::exp2(std::ceil(std::log2(extent.most) - kSlack));
  if (result.most < result.least * (1 + kSlack)) {
    result.least /= std::sqrt(2);
    result.most = 2 * result.least;
  }
  const int first = static_cast<int>(std::ceil(std::log2(result.least) - kSlack));
  const int last = static_cast<int>(std::floor(std::log2(result.most) + kSlack));
  const int stride = Stride(last - first, std::max(2, wanted));
  for (int power = first; power <= last; power += stride) {
    result.ticks.push_back({std::exp2(power), PowerLabel(std::exp2(power))});
  }
  if (result.ticks.empty()) {
    result.ticks = {{result.least, Rounded(result.least)}, {result.most, Rounded(result.most)}};
  }
  return result;
}

}  // namespace

void Extent::Add(double value, Scale scale) {
  if (!Fits(value, scale)) return;
  least = empty ? value : std::min(least, value);
  most = empty ? value : std::max(most, value);
  empty = false;
}

Ticks MakeTicks(const Axis& axis, const Extent& extent, int wanted, bool tight) {
  return axis.scale == Scale::kLog2 ? Log2Ticks(axis, extent, wanted, tight)
                                    : LinearTicks(axis, extent, wanted, tight);
}

std::string TickLabel(double value, double step) {
  if (std::abs(value) < step * kSlack) value = 0;
  constexpr double kTooLarge = 1e15;
  if (std::abs(value) >= kTooLarge || (value != 0 && std::abs(value) < 1e-6)) {
    return fmt::format("{:.3g}", value);
  }
  constexpr int kMostDecimals = 9;
  int decimals = 0;
  while (decimals < kMostDecimals && std::abs(step * std::pow(10, decimals) -
                                              std::round(step * std::pow(10, decimals))) > kSlack) {
    ++decimals;
  }
  std::string text = decimals == 0 ? WholeLabel(std::abs(value))
                                   : fmt::format("{:.{}f}", std::abs(value), decimals);
  return value < 0 ? "−" + text : text;
}

}  // namespace batchsizer::record
