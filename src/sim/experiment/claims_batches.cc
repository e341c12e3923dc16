// Section 3 of the paper: what the batch size does to throughput, power and use.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/experiment/claim_rules.h"

namespace batchsizer::sim {
namespace {

using record::Claim;
using record::Verdict;

// The sensor does not see every spike: a peak that is lower by so much is the same.
constexpr double kSamePeak = 0.02;
constexpr double kSameThroughput = 0.005;
// A reading that is higher than the busy device's mean by so much is a spike.
constexpr double kSpike = 0.10;

const FixedRun* RunAt(const BatchCurve& curve, int batch) {
  for (const FixedRun& run : curve.runs) {
    if (run.batch_size.value() == batch) return &run;
  }
  return nullptr;
}

// From one batch size to another, relative; 0 where one was not run.
double ThroughputGain(const BatchCurve& curve, int from, int to) {
  const FixedRun* low = RunAt(curve, from);
  const FixedRun* high = RunAt(curve, to);
  return low == nullptr || high == nullptr ? 0 : high->throughput / low->throughput - 1;
}
double PowerGain(const BatchCurve& curve, int from, int to) {
  const FixedRun* low = RunAt(curve, from);
  const FixedRun* high = RunAt(curve, to);
  return low == nullptr || high == nullptr ? 0 : (high->peak_power - low->peak_power).value();
}

struct Ends {
  double least = 1e300;
  double most = -1e300;
  void Add(double value) {
    least = std::min(least, value);
    most = std::max(most, value);
  }
};

bool NeverFalls(const BatchCurve& curve, int last, double (*value)(const FixedRun&), double same) {
  for (std::size_t i = 1; i < curve.runs.size(); ++i) {
    if (curve.runs[i].batch_size.value() > last) break;
    if (value(curve.runs[i]) < (1 - same) * value(curve.runs[i - 1])) return false;
  }
  return true;
}

double ThroughputOf(const FixedRun& run) { return run.throughput.value(); }
double PeakOf(const FixedRun& run) { return run.peak_power.value(); }

const BatchCurve* FindCurve(const PaperResults& results, std::string_view network,
                            std::string_view dataset) {
  for (const BatchCurve& curve : results.curves) {
    if (curve.workload.network == network && curve.workload.dataset == dataset) return &curve;
  }
  return nullptr;
}

const BatchTrace* FindTrace(const PaperResults& results, int batch) {
  for (const BatchTrace& trace : results.traces) {
    if (trace.batch_size.value() == batch) return &trace;
  }
  return nullptr;
}

double HighestUse(const BatchTrace& trace) {
  double most = 0;
  for (const auto& sample : trace.samples) most = std::max(most, sample.utilisation);
  return most;
}
double LowestUse(const BatchTrace& trace) {
  double least = 1;
  for (const auto& sample : trace.samples) least = std::min(least, sample.utilisation);
  return least;
}

struct PowerOfTrace {
  double least = 0;
  double most = 0;
};
// REQUIRES: a reading.
PowerOfTrace PowersOf(const BatchTrace& trace) {
  Ends ends;
  for (const auto& sample : trace.samples) ends.Add(sample.power.value());
  return {ends.least, ends.most};
}

// Of the readings in the upper half of what it swings between. REQUIRES: a reading.
double BusyMean(const BatchTrace& trace) {
  const PowerOfTrace power = PowersOf(trace);
  double sum = 0;
  int count = 0;
  for (const PowerSample& sample : trace.samples) {
    if (sample.power.value() < (power.least + power.most) / 2) continue;
    sum += sample.power.value();
    ++count;
  }
  return sum / count;
}

// At the clock that the traces were made at.
double IdlePower(const DeviceDescription& device) {
  for (const ClockPoint& point : device.clocks) {
    if (point.clock == device.default_clock) return point.idle_power.value();
  }
  return 0;
}

bool HasReadings(const PaperResults& results) {
  return !results.traces.empty() &&
         std::none_of(results.traces.begin(), results.traces.end(),
                      [](const BatchTrace& trace) { return trace.samples.empty(); });
}

}  // namespace

Judged ThroughputRises(const PaperResults& results) {
  if (results.curves.empty()) return {};
  std::size_t rising = 0;
  Ends gain;
  for (const BatchCurve& curve : results.curves) {
    rising +=
        NeverFalls(curve, 128, ThroughputOf, kSameThroughput) && ThroughputGain(curve, 1, 128) > 0
            ? 1
            : 0;
    gain.Add(100 * ThroughputGain(curve, 1, 128));
  }
  return Claim{
      .place = "section 3, Fig. 1",
      .sentence = "Throughput rises with the batch size.",
      .measured = fmt::format("It does at each step up to 128 in {} of {} cases (0.5 % less is the "
                              "same); from 1 to 128 by {:.0f} to {:.0f} %.",
                              rising, results.curves.size(), gain.least, gain.most),
      .verdict = VerdictOf(rising, results.curves.size()),
      .why = "What a batch saves on the device is soon small beside what else an image costs."};
}

Judged PeakPowerRises(const PaperResults& results) {
  if (results.curves.empty()) return {};
  std::size_t rising = 0;
  Ends gain;
  for (const BatchCurve& curve : results.curves) {
    const bool higher = PowerGain(curve, 1, curve.runs.back().batch_size.value()) > 0;
    rising += higher && NeverFalls(curve, 1024, PeakOf, kSamePeak) ? 1 : 0;
    gain.Add(PowerGain(curve, 1, 256));
  }
  return Claim{.place = "section 3, Fig. 1",
               .sentence = "The maximum of power rises with the batch size.",
               .measured = fmt::format(
                   "It does at each step in {} of {} cases (2 % less is the same); from 1 to "
                   "256 by {:.0f} to {:.0f} W.",
                   rising, results.curves.size(), gain.least, gain.most),
               .verdict = VerdictOf(rising, results.curves.size()),
               .why = "Which spikes the sensor sees differs from one batch size to the next."};
}

Judged NothingGainedAfter256(const PaperResults& results) {
  std::size_t all = 0;
  std::size_t flat = 0;
  std::size_t rising = 0;
  int largest = 0;
  Ends gain;
  Ends power;
  for (const BatchCurve& curve : results.curves) {
    const int last = curve.runs.back().batch_size.value();
    if (last <= 256) continue;  // the device ends before
    ++all;
    largest = std::max(largest, last);
    const double more = ThroughputGain(curve, 256, last);
    const double watts = PowerGain(curve, 256, last);
    flat += more < 0.02 ? 1 : 0;
    rising += watts > 0 ? 1 : 0;
    gain.Add(100 * more);
    power.Add(watts);
  }
  if (all == 0) return {};
  Verdict verdict = VerdictOf(flat, all);
  if (verdict == Verdict::kHolds && rising < all) verdict = Verdict::kPartly;
  return Claim{
      .place = "section 3, Fig. 1",
      .sentence = "After 256 throughput rises no more, or falls, while power still rises.",
      .measured = fmt::format(
          "From 256 to {} throughput changes by {:+.1f} to {:+.1f} %, the peak "
          "by {:+.1f} to {:+.1f} W; it rises in {} of {} cases. Less than +2 % is no more.",
          largest, gain.least, gain.most, power.least, power.most, rising, all),
      .verdict = verdict,
      .why =
          "The emulated device's SMs are full by then, so that nothing is left to rise but its "
          "temperature, and the sensor sees a few watts more or less of a spike."};
}

Judged MobileNetGainsOnCaltech(const PaperResults& results) {
  const BatchCurve* imagenet = FindCurve(results, "mobilenet-v1", "imagenet");
  const BatchCurve* caltech = FindCurve(results, "mobilenet-v1", "caltech256");
  if (imagenet == nullptr || caltech == nullptr) return {};
  const double little = ThroughputGain(*imagenet, 1, 256);
  const double much = ThroughputGain(*caltech, 1, 256);
  return Claim{
      .place = "section 3, Fig. 1",
      .sentence = "MobileNet gains much more from the batch size on Caltech256 than on ImageNet.",
      .measured =
          fmt::format("From 1 to 256 by {:.0f} % on Caltech256, by {:.0f} % on ImageNet; from "
                      "16 on by {:.0f} and {:.0f} %. Twice as much holds, more is partly.",
                      100 * much, 100 * little, 100 * ThroughputGain(*caltech, 16, 256),
                      100 * ThroughputGain(*imagenet, 16, 256)),
      .verdict = Graded(much > 0 && much >= 2 * little, much > little),
      .why =
          "Smaller images are prepared faster, which leaves more of the time to gain from. But "
          "what the host adds to every batch is paid with both inputs."};
}

Judged MobileNetGainsLittleOnImageNet(const PaperResults& results) {
  const BatchCurve* imagenet = FindCurve(results, "mobilenet-v1", "imagenet");
  if (imagenet == nullptr) return {};
  const double gain = ThroughputGain(*imagenet, 1, 256);
  return Claim{
      .place = "section 3, Fig. 1",
      .sentence = "MobileNet gains hardly anything from the batch size on ImageNet.",
      .measured = fmt::format("From 1 to 256 by {:.0f} %. Up to 10 % holds, up to 20 % is partly.",
                              100 * gain),
      .verdict = Graded(gain <= 0.10, gain <= 0.20),
      .why = results.HasPapersHost()
                 ? "What the host adds to every batch, fitted to published logs of eight networks, "
                   "weighs on small batches: in those logs, too, MobileNet doubles its throughput "
                   "from 1 image to 5."
                 : "What is added to every batch weighs on small batches of so small a network."};
}

Judged PowerSwings(const PaperResults& results) {
  if (!HasReadings(results)) return {};
  const double idle = IdlePower(results.device);
  std::size_t swinging = 0;
  Ends low;
  for (const BatchTrace& trace : results.traces) {
    const PowerOfTrace power = PowersOf(trace);
    const bool rests = LowestUse(trace) < 0.005 && power.least < 1.15 * idle;
    swinging += rests && power.most > 1.5 * power.least ? 1 : 0;
    low.Add(power.least);
  }
  return Claim{
      .place = "section 3, Fig. 2",
      .sentence = "While the next batch is prepared SM utilisation is zero and power is low.",
      .measured =
          fmt::format("So at {} of {} batch sizes; power falls to {:.0f} W, idle is {:.0f} W "
                      "(up to 15 % above it is low).",
                      swinging, results.traces.size(), low.most, idle),
      .verdict = VerdictOf(swinging, results.traces.size()),
      .why = "Utilisation is a mean over a while: a shorter gap does not show as zero."};
}

Judged UtilisationReaches100(const PaperResults& results) {
  const BatchTrace* small = FindTrace(results, 32);
  const BatchTrace* middle = FindTrace(results, 128);
  const BatchTrace* large = FindTrace(results, 512);
  if (small == nullptr || middle == nullptr || large == nullptr) return {};
  const bool full = HighestUse(*large) >= 0.985;  // shown as 99 or 100
  const bool near = HighestUse(*middle) >= 0.90;
  const bool rises = HighestUse(*small) < HighestUse(*middle);
  return Claim{
      .place = "section 3, Fig. 2",
      .sentence =
          "The peak of SM utilisation nears 100 % from batch size 128 on and is 100 % at 512.",
      .measured = fmt::format(
          "{:.0f} % at 32, {:.0f} % at 128, {:.0f} % at 512. 90 % is near, 98.5 % is 100; "
          "one of the two is partly.",
          100 * HighestUse(*small), 100 * HighestUse(*middle), 100 * HighestUse(*large)),
      .verdict = Graded(full && near && rises, full || near),
      .why =
          fmt::format("Utilisation is a mean over {:.0f} ms: a busy stretch that is shorter does "
                      "not show in full.",
                      results.device.sensor.utilisation_window_ms)};
}

Judged SpikesSetTheMaximum(const PaperResults& results) {
  if (!HasReadings(results)) return {};
  std::size_t spiky = 0;
  Ends above;
  for (const BatchTrace& trace : results.traces) {
    const double over = PowersOf(trace).most / BusyMean(trace) - 1;
    spiky += over >= kSpike ? 1 : 0;
    above.Add(100 * over);
  }
  return Claim{
      .place = "section 3, Fig. 2",
      .sentence = "The spikes, not the mean, set the maximum of power.",
      .measured = fmt::format("The highest reading is {:.0f} to {:.0f} % above the mean of those "
                              "while the device is busy; {:.0f} % or more, a spike, at {} of {} "
                              "batch sizes.",
                              above.least, above.most, 100 * kSpike, spiky, results.traces.size()),
      .verdict = VerdictOf(spiky, results.traces.size()),
      .why = "The emulated spikes are short beside what the sensor takes the mean of."};
}

}  // namespace batchsizer::sim
