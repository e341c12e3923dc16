// For tests of policies: devices made up as tables, and a player that shows a
// policy one window after another, as the controller would.
//
// Property tests draw their tables from rapidcheck. Its seed is fixed (see
// kSeeded), so that a build that passed today passes tomorrow; RC_PARAMS in the
// environment overrides it, for example RC_PARAMS="seed=7 max_success=10000".
#pragma once

#include <rapidcheck.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "batchsizer/policies.h"

namespace batchsizer::policy::testing {

// Throughput and power of every setting; both never fall with the batch size.
struct World {
  std::vector<BatchSize> sizes;
  std::vector<Megahertz> clocks;
  std::vector<CurvePoint> points;  // clock by clock

  [[nodiscard]] const CurvePoint& At(std::size_t size_index, std::size_t clock_index) const {
    return points[clock_index * sizes.size() + size_index];
  }
  // REQUIRES: the setting is one of the table's.
  [[nodiscard]] const CurvePoint& At(const Setting& setting) const;
  // At the highest clock, which is where policies that turn only the batch size run.
  [[nodiscard]] const CurvePoint& AtSize(std::size_t index) const {
    return At(index, clocks.size() - 1);
  }
  [[nodiscard]] std::size_t IndexOf(BatchSize size) const;
  [[nodiscard]] std::size_t IndexOf(Megahertz clock) const;
};

enum class Steps { kStrict, kWeak, kSteep };

// One clock, the given powers; throughput grows by 10 % a step.
[[nodiscard]] World WorldOf(const std::vector<double>& powers_w);
// To be called within a property. least_gain: of one batch size over the one
// before, in percent.
[[nodiscard]] World AnyWorld(int most_sizes = 40, int least_gain = 0);
// From well below the least power of the points to well above the highest.
[[nodiscard]] Watts AnyCap(const World& world);
// From the least power to well above, batch sizes at the highest clock.
[[nodiscard]] Watts AnyCapForSizes(const World& world);

struct Candidate {
  std::string name;
  PaperVariant variant = PaperVariant::kCleared;
  bool saturation = false;  // online
};
void showValue(const Candidate& candidate, std::ostream& out);  // NOLINT: rapidcheck's name
// Every policy, `paper` once for each variant; those that search for a batch size also
// with the online search for the saturation batch.
[[nodiscard]] std::vector<Candidate> AllCandidates();
[[nodiscard]] PolicyOptions OptionsFor(const Candidate& candidate, const World& world);
[[nodiscard]] std::unique_ptr<Policy> Make(const Candidate& candidate, const World& world);

// What happens around a policy, window by window.
struct Script {
  std::size_t windows = 0;
  std::function<Watts(std::size_t)> cap;  // in force during a window
  // What the sensor makes of the power: noise, a spike. Default: 1.
  std::function<double(std::size_t)> factor;
  std::function<double(std::size_t)> throughput_factor;  // the same of throughput; default: 1
  std::function<bool(std::size_t)> silent;  // a window without a reading; default: none
  // Largest batch size that the engine can run; default: no limit.
  std::function<BatchSize(std::size_t)> largest;
};
[[nodiscard]] Script Steady(Watts cap, std::size_t windows);

struct Step {
  Observation seen;
  Decision decided;
};
[[nodiscard]] std::vector<Step> Play(Policy& policy, const World& world, const Script& script);

// Nothing better lies next to it: under the cap and within 3 % of it, or the next
// larger size breaks the cap, brings less than 1 %, or is not there. For the policy
// `batchsizer`. slack: the next one may fit by this share of the cap.
[[nodiscard]] bool WellSettled(const World& world, const Setting& at, Watts cap,
                               double slack = 0.0);

// The number of windows after which the setting never changed again.
[[nodiscard]] std::size_t SettledAfter(const std::vector<Step>& steps);
// 0 for 1, 1 for 2, 2 for 3 and 4, ..
[[nodiscard]] std::size_t CeilLog2(std::size_t n);

}  // namespace batchsizer::policy::testing
