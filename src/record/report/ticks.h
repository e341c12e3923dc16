// Where an axis begins and ends, where its ticks are, and what they say.
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <vector>

#include "record/report/figure.h"

namespace batchsizer::record {

// The finite values among those added; what an axis must show.
struct Extent {
  double least = 0;
  double most = 0;
  bool empty = true;

  void Add(double value, Scale scale);
};

struct Tick {
  double value = 0;
  std::string label;
};

struct Ticks {
  double least = 0;  // the axis' ends: least < most
  double most = 1;
  std::vector<Tick> ticks;  // ascending, from least to most
};

// wanted: about how many ticks there is room for. tight: the axis ends where the data
// does (time), not at the next tick. The ends that axis names stay as they are.
[[nodiscard]] Ticks MakeTicks(const Axis& axis, const Extent& extent, int wanted, bool tight);

// "1,200", "0.25", "−8": as many decimals as a step of this size needs.
[[nodiscard]] std::string TickLabel(double value, double step);

}  // namespace batchsizer::record
