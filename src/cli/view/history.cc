#include "cli/view/history.h"

#include <algorithm>
#include <cmath>

#include "record/summary.h"

namespace batchsizer::cli::view {
namespace {

constexpr double kCoarsestS = 0.5;
static_assert(kCoarsestS * History::kSlices >= History::kLongestSpanS);

std::int64_t IndexAt(double time_s, double width_s) {
  return static_cast<std::int64_t>(std::floor(time_s / width_s));
}

}  // namespace

void Slice::Add(const Slice& later) {
  seconds += later.seconds;
  images += later.images;
  peak_w = std::max(peak_w, later.peak_w);
  cap_w = later.cap_w;
  batch_size = later.batch_size;
  above_cap = above_cap || later.above_cap;
}

void History::Add(const WindowRecord& window, TimePoint start) {
  const double begin_s = ToSeconds(window.start - start);
  const double end_s = ToSeconds(window.end - start);
  if (!(end_s > begin_s) || begin_s < 0) return;
  now_s_ = end_s;
  while (width_s_ < kCoarsestS && end_s >= width_s_ * kSlices) Coarsen();
  const Watts limit = record::kCapTolerance * window.cap;
  Slice slice{.peak_w = window.peak_power ? window.peak_power->value() : -1.0,
              .cap_w = window.cap.value(),
              .batch_size = window.setting.batch_size.value(),
              .above_cap = window.peak_power && *window.peak_power > limit};
  const double images_a_second = static_cast<double>(window.images) / (end_s - begin_s);
  const std::int64_t last = IndexAt(end_s, width_s_);
  const std::int64_t oldest = last - static_cast<std::int64_t>(kSlices) + 1;
  for (std::int64_t index = std::max(IndexAt(begin_s, width_s_), oldest); index <= last; ++index) {
    const double from = static_cast<double>(index) * width_s_;
    slice.seconds = std::min(end_s, from + width_s_) - std::max(begin_s, from);
    if (slice.seconds <= 0) continue;
    slice.images = images_a_second * slice.seconds;
    AddTo(index, slice);
  }
}

void History::AddTo(std::int64_t index, const Slice& slice) {
  Slot& slot = slots_[static_cast<std::size_t>(index) % kSlices];
  if (slot.index != index) slot = {index, {}};
  slot.slice.Add(slice);
}

// In place: from the oldest on, two slices become one, which lies at or before them.
// REQUIRES: no slice was forgotten yet.
void History::Coarsen() {
  for (std::size_t at = 0; at < kSlices / 2; ++at) {
    Slot merged{static_cast<std::int64_t>(at), {}};
    for (const std::size_t half : {2 * at, 2 * at + 1}) {
      const Slot& slot = slots_[half];
      if (slot.index == static_cast<std::int64_t>(half)) merged.slice.Add(slot.slice);
    }
    if (merged.slice.seconds <= 0) merged.index = -1;
    slots_[at] = merged;
  }
  std::fill(slots_.begin() + kSlices / 2, slots_.end(), Slot{});
  width_s_ *= 2;
}

double History::SpanS() const {
  for (const double span : {1., 2., 3., 5., 10., 20., 30., 45., 60., 90., 120., 180., 240.}) {
    if (now_s_ <= span) return span;
  }
  return kLongestSpanS;
}

const Slice* History::Find(std::int64_t index) const {
  if (index < 0) return nullptr;
  const Slot& slot = slots_[static_cast<std::size_t>(index) % kSlices];
  return slot.index == index ? &slot.slice : nullptr;
}

std::vector<Slice> History::ToColumns(std::size_t count, double span_s) const {
  std::vector<Slice> columns(count);
  if (count == 0 || now_s_ <= 0) return columns;
  const double column_s = span_s / static_cast<double>(count);
  // The column in which the last window lies, even if it just filled it.
  const auto last = static_cast<std::int64_t>(std::ceil(now_s_ / column_s)) - 1;
  for (std::size_t at = 0; at < count; ++at) {
    const auto number = last - static_cast<std::int64_t>(count - 1 - at);
    if (number < 0) continue;
    const double from = static_cast<double>(number) * column_s;
    const std::int64_t first = IndexAt(from, width_s_);
    const auto past = static_cast<std::int64_t>(std::ceil((from + column_s) / width_s_));
    for (std::int64_t index = first; index < std::max(past, first + 1); ++index) {
      if (const Slice* slice = Find(index)) columns[at].Add(*slice);
    }
  }
  return columns;
}

}  // namespace batchsizer::cli::view
