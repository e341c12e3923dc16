// The last minutes of a run in a fixed number of slices of time, for its charts. A
// short run is kept in fine slices; as it grows they become coarser, up to half a
// second; from then on the oldest are forgotten.
//
// Thread safety: plain value. Allocates at construction only (and in ToColumns).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "batchsizer/record.h"

namespace batchsizer::cli::view {

// What happened in a stretch of time; seconds 0: nothing that is known.
struct Slice {
  double seconds = 0;
  double images = 0;
  double peak_w = -1;  // below 0: no reading
  double cap_w = 0;    // the last one
  int batch_size = 0;  // the last one
  bool above_cap = false;
  void Add(const Slice& later);
};

class History {
 public:
  static constexpr std::size_t kSlices = 1024;
  static constexpr double kLongestSpanS = 300;

  // REQUIRES: windows come in the order of time. start: the run's.
  void Add(const WindowRecord& window, TimePoint start);
  // The end of the last window, counted from the run's start.
  [[nodiscard]] double now_s() const { return now_s_; }
  // What a chart shows: a round time, long enough for the whole run, or the longest.
  [[nodiscard]] double SpanS() const;
  // The last span_s seconds in count columns, the newest last. Columns begin at
  // multiples of their width, so that a column's content stays as time goes on.
  [[nodiscard]] std::vector<Slice> ToColumns(std::size_t count, double span_s) const;

 private:
  struct Slot {
    std::int64_t index = -1;  // counted from the run's start
    Slice slice;
  };
  [[nodiscard]] const Slice* Find(std::int64_t index) const;
  void AddTo(std::int64_t index, const Slice& slice);
  void Coarsen();

  double width_s_ = 1.0 / kSlices;
  double now_s_ = 0;
  std::array<Slot, kSlices> slots_{};
};

}  // namespace batchsizer::cli::view
