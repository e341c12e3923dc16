#include "control/policy/testing.h"

#include <algorithm>
#include <cstdlib>
#include <ostream>

namespace batchsizer::policy::testing {
namespace {

// Before main, and before rapidcheck reads it.
const bool kSeeded = setenv("RC_PARAMS", "seed=20210118 max_success=400", /*overwrite=*/0) == 0;

std::vector<BatchSize> AnySizes(int count) {
  const bool doubling = count <= 16 && *rc::gen::arbitrary<bool>();
  std::vector<BatchSize> sizes{BatchSize(1)};
  while (static_cast<int>(sizes.size()) < count) {
    const int last = sizes.back().value();
    sizes.emplace_back(doubling ? 2 * last : last + *rc::gen::inRange(1, 4));
  }
  return sizes;
}

// Powers of the batch sizes at the highest clock, in watts.
std::vector<double> AnyPowers(std::size_t count) {
  const auto steps = *rc::gen::element(Steps::kStrict, Steps::kWeak, Steps::kSteep);
  std::vector<double> powers{*rc::gen::inRange(20, 80) * 1.0};
  while (powers.size() < count) {
    const int step = steps == Steps::kStrict ? *rc::gen::inRange(1, 12)
                     : steps == Steps::kWeak ? *rc::gen::inRange(0, 3)
                                             : *rc::gen::element(0, 1, 2, 40, 150);
    powers.push_back(powers.back() + step);
  }
  return powers;
}

World MakeWorld(std::vector<BatchSize> sizes, const std::vector<double>& powers,
                const std::vector<double>& throughputs, int clocks) {
  World world{std::move(sizes), {}, {}};
  for (int clock = 1; clock <= clocks; ++clock) {
    world.clocks.emplace_back(500.0 + 100.0 * clock);
    const double share = static_cast<double>(clock) / clocks;
    for (std::size_t i = 0; i < world.sizes.size(); ++i) {
      world.points.push_back({world.sizes[i], world.clocks.back(),
                              ImagesPerSecond(throughputs[i] * (0.4 + 0.6 * share)),
                              Watts(powers[i] * (0.5 + 0.5 * share))});
    }
  }
  return world;
}

Watts CapBetween(Watts low, Watts high) {
  return low + (*rc::gen::inRange(0, 1001) / 1000.0) * (high - low);
}

Observation Look(const World& world, const Setting& ran, Watts power) {
  Observation seen;
  seen.window_length = std::chrono::seconds(1);
  seen.batches = 10;
  seen.images = std::int64_t{10} * ran.batch_size.value();
  seen.peak_power = power;
  seen.mean_power = power;
  seen.readings = 10;
  seen.setting = ran;
  seen.throughput = world.At(ran).throughput;
  return seen;
}

}  // namespace

const CurvePoint& World::At(const Setting& setting) const {
  return At(IndexOf(setting.batch_size),
            setting.clock ? IndexOf(*setting.clock) : clocks.size() - 1);
}

std::size_t World::IndexOf(BatchSize size) const {
  const auto at = std::find(sizes.begin(), sizes.end(), size);
  if (at == sizes.end()) std::abort();  // the policy chose a size that is not there
  return static_cast<std::size_t>(at - sizes.begin());
}

std::size_t World::IndexOf(Megahertz clock) const {
  const auto at = std::find(clocks.begin(), clocks.end(), clock);
  if (at == clocks.end()) std::abort();
  return static_cast<std::size_t>(at - clocks.begin());
}

World WorldOf(const std::vector<double>& powers_w) {
  std::vector<BatchSize> sizes;
  std::vector<double> throughputs;
  double throughput = 100;
  for (std::size_t i = 0; i < powers_w.size(); ++i) {
    sizes.emplace_back(static_cast<int>(i) + 1);
    throughputs.push_back(throughput);
    throughput *= 1.1;
  }
  return MakeWorld(std::move(sizes), powers_w, throughputs, 1);
}

World AnyWorld(int most_sizes, int least_gain) {
  auto sizes = AnySizes(*rc::gen::inRange(1, most_sizes + 1));
  const auto powers = AnyPowers(sizes.size());
  std::vector<double> throughputs{100};
  const int most_gain = *rc::gen::element(2, 5, 40);
  while (throughputs.size() < sizes.size()) {
    const int gain = *rc::gen::inRange(least_gain, most_gain + 1);
    throughputs.push_back(throughputs.back() * (1 + gain / 100.0));
  }
  return MakeWorld(std::move(sizes), powers, throughputs, *rc::gen::inRange(1, 13));
}

Watts AnyCap(const World& world) {
  return CapBetween(0.7 * world.points.front().power, 1.4 * world.points.back().power);
}

Watts AnyCapForSizes(const World& world) {
  return CapBetween(world.AtSize(0).power, 1.4 * world.points.back().power);
}

void showValue(const Candidate& candidate, std::ostream& out) {
  out << candidate.name << " (variant " << static_cast<int>(candidate.variant)
      << (candidate.saturation ? ", online saturation)" : ")");
}

std::vector<Candidate> AllCandidates() {
  std::vector<Candidate> all;
  for (const auto name : PolicyNames()) all.push_back({std::string(name)});
  for (const auto variant :
       {PaperVariant::kLiteral, PaperVariant::kStop, PaperVariant::kEpoch, PaperVariant::kText}) {
    all.push_back({"paper", variant});
  }
  const std::vector<Candidate> plain = all;
  for (Candidate candidate : plain) {
    candidate.saturation = true;
    if (TurnsBatchSize(candidate.name) && candidate.name != "oracle") all.push_back(candidate);
  }
  return all;
}

PolicyOptions OptionsFor(const Candidate& candidate, const World& world) {
  PolicyOptions options;
  options.name = candidate.name;
  options.paper_variant = candidate.variant;
  options.online_saturation = candidate.saturation;
  options.batch_sizes = world.sizes;
  options.clocks = world.clocks;
  if (candidate.name == "oracle") options.known_curve = world.points;
  return options;
}

std::unique_ptr<Policy> Make(const Candidate& candidate, const World& world) {
  return MakePolicy(OptionsFor(candidate, world)).value();
}

Script Steady(Watts cap, std::size_t windows) {
  Script script;
  script.windows = windows;
  script.cap = [cap](std::size_t) { return cap; };
  return script;
}

std::vector<Step> Play(Policy& policy, const World& world, const Script& script) {
  const bool at_once = policy.Traits().reacts_at_once;
  std::vector<Step> steps;
  Setting ran = policy.Start(script.cap(0));
  for (std::size_t w = 0; w < script.windows; ++w) {
    const BatchSize largest = script.largest ? script.largest(w) : BatchSize(1 << 30);
    ran.batch_size = std::min(ran.batch_size, largest);
    const double factor = script.factor ? script.factor(w) : 1.0;
    Observation seen = Look(world, ran, factor * world.At(ran).power);
    if (script.throughput_factor) seen.throughput = script.throughput_factor(w) * seen.throughput;
    seen.time = TimePoint(std::chrono::seconds(w + 1));
    seen.largest_batch_size = largest;
    // As the controller has it: who reacts at once has the window closed when
    // the cap moves; the others judge the window by the cap they find at its end.
    seen.cap = script.cap(w + 1);
    seen.window_cap = at_once ? script.cap(w) : seen.cap;
    if (script.silent && script.silent(w)) {
      seen.peak_power.reset();
      seen.mean_power.reset();
      seen.readings = 0;
    }
    steps.push_back({seen, policy.Step(seen)});
    ran = steps.back().decided.setting;
  }
  return steps;
}

bool WellSettled(const World& world, const Setting& setting, Watts cap, double slack) {
  constexpr double kRest = 0.97;
  constexpr double kLeastGain = 1.01;
  const std::size_t at = world.IndexOf(setting.batch_size);
  if (world.AtSize(at).power > cap) return false;
  if (world.AtSize(at).power >= kRest * cap || at + 1 == world.sizes.size()) return true;
  const CurvePoint& next = world.AtSize(at + 1);
  return next.power > (1 - slack) * cap ||
         next.throughput < kLeastGain * world.AtSize(at).throughput;
}

std::size_t SettledAfter(const std::vector<Step>& steps) {
  std::size_t after = 0;
  for (std::size_t w = 0; w < steps.size(); ++w) {
    if (steps[w].decided.setting != steps[w].seen.setting) after = w + 1;
  }
  return after;
}

std::size_t CeilLog2(std::size_t n) {
  std::size_t log = 0;
  while ((std::size_t{1} << log) < n) ++log;
  return log;
}

}  // namespace batchsizer::policy::testing
