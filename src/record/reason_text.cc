#include "record/reason_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace batchsizer::record {
namespace {

// What a reason says of the window's peak.
enum class Claim { kNone, kUnderCap, kUnderBand, kAboveCap };

struct ReasonText {
  Reason reason;
  Claim claim;
  std::string_view words;     // without figures
  std::string_view sentence;  // with {peak}, {band} and {cap} filled in; empty: the words do
};

constexpr ReasonText kTexts[] = {
    {Reason::kStart, Claim::kNone, "the run begins", ""},
    {Reason::kWithinBand, Claim::kUnderCap, "close enough to the cap",
     "{peak} {band}: close enough"},
    {Reason::kBelowBand, Claim::kUnderBand, "room for more", "{peak} {band}: room for more"},
    {Reason::kAboveCap, Claim::kAboveCap, "the peak was above the cap", "{peak} above {cap}"},
    {Reason::kAtLargest, Claim::kUnderCap, "room for more, but there is nothing larger to go to",
     "{peak} under {cap}: room for more, but there is nothing larger to go to"},
    {Reason::kNothingLower, Claim::kAboveCap,
     "above the cap, and there is nothing smaller to go to",
     "{peak} above {cap}, and there is nothing smaller to go to"},
    {Reason::kNextIsTooMuch, Claim::kUnderCap,
     "room, but the next larger setting is known to break the cap",
     "{peak} under {cap}: room, but the next larger setting is known to break it"},
    {Reason::kKnownToFit, Claim::kNone, "a setting seen before fits under the cap",
     "a setting seen before is known to fit under {cap}"},
    {Reason::kRetry, Claim::kNone, "one violation is no proof: the larger setting is tried again",
     ""},
    {Reason::kNoGain, Claim::kNone,
     "the larger setting brought no throughput: back to the smaller one", ""},
    {Reason::kTrySmaller, Claim::kNone,
     "the size is kept: does the next smaller one bring as much, for less power?", ""},
    {Reason::kSaturated, Claim::kUnderCap,
     "room, but a larger batch is known to bring less than 2 % more images/s",
     "{peak} under {cap}: room, but a larger batch is known to bring less than 2 % more images/s"},
    {Reason::kStillGains, Claim::kNone,
     "the smaller batch brought fewer images/s: back to the larger one", ""},
    {Reason::kUnconfirmed, Claim::kNone,
     "far less power than known of this setting, or hardly more throughput than a smaller one: "
     "one more window to be sure",
     ""},
    {Reason::kAfterExcess, Claim::kNone,
     "room for more now, but a reading was above the cap or showed the setting before: no raise "
     "on top of that",
     ""},
    {Reason::kNoReading, Claim::kNone, "no power reading in the window: nothing to decide on", ""},
    {Reason::kFixed, Claim::kNone, "this policy never moves", ""},
    {Reason::kKnownBest, Claim::kNone, "known beforehand to be the best setting", ""},
    {Reason::kSensorSilent, Claim::kNone,
     "the power sensor is silent: the smallest setting until it speaks again", ""},
    {Reason::kSensorNan, Claim::kNone,
     "the power sensor gives no number: the smallest setting until it does", ""},
    {Reason::kSensorNegative, Claim::kNone,
     "the power sensor reads below zero: the smallest setting until it can be believed", ""},
    {Reason::kSensorTooHigh, Claim::kNone,
     "the power sensor reads more than the device can draw: the smallest setting until it can be "
     "believed",
     ""},
    {Reason::kSensorStuck, Claim::kNone,
     "the power sensor has stopped moving: the smallest setting until it moves", ""},
    {Reason::kOutOfMemory, Claim::kNone,
     "the engine ran out of memory on a batch this large: the same images run in smaller ones", ""},
    {Reason::kEndOfRun, Claim::kNone, "the run ended: nothing is left to decide", ""},
};

const ReasonText& TextOf(Reason reason) {
  const auto* found = std::find_if(std::begin(kTexts), std::end(kTexts),
                                   [reason](const auto& text) { return text.reason == reason; });
  return found != std::end(kTexts) ? *found : kTexts[0];
}

// Do the figures bear the claim out under this cap?
bool Holds(Claim claim, const DecisionFacts& facts, Watts cap) {
  if (!facts.lowest_peak || !facts.highest_peak) return false;
  return claim == Claim::kAboveCap ? *facts.lowest_peak > cap : *facts.highest_peak <= cap;
}

// To a tenth of a watt, without a zero there: "96", "98.8".
std::string Number(Watts power) {
  std::string text = fmt::format("{:.1f}", power.value());
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

std::string PeakText(const DecisionFacts& facts) {
  const std::string low = Number(*facts.lowest_peak);
  const std::string high = Number(*facts.highest_peak);
  if (low == high) return fmt::format("peak {} W is", low);
  return fmt::format("peaks {} to {} W are", low, high);
}

// Where the peak is, as far as the band is known. A policy may see room within the
// band too.
std::string BandText(const DecisionFacts& facts, Claim claim, std::string_view cap_text,
                     Watts cap) {
  const bool under = claim == Claim::kUnderBand;
  if (!facts.alpha) return fmt::format("{} under {}", under ? "well" : "close", cap_text);
  const Watts floor = *facts.alpha * cap;
  const bool fits = under ? *facts.highest_peak < floor : *facts.lowest_peak >= floor;
  if (!fits) return fmt::format("under {}", cap_text);
  return fmt::format("{} the band [{}, {}] W", under ? "under" : "in", Number(floor), Number(cap));
}

void Fill(std::string& text, std::string_view name, std::string_view value) {
  const auto at = text.find(name);
  if (at != std::string::npos) text.replace(at, name.size(), value);
}

std::string FillIn(const ReasonText& how, const DecisionFacts& facts, Watts cap) {
  std::string text(how.sentence);
  const std::string cap_text =
      fmt::format("the {}cap of {} W", cap == facts.cap ? "" : "new ", Number(cap));
  if (facts.lowest_peak) Fill(text, "{peak}", PeakText(facts));
  Fill(text, "{cap}", cap_text);
  Fill(text, "{band}", BandText(facts, how.claim, cap_text, cap));
  return text;
}

std::string ClockText(const Setting& before, const Setting& after) {
  if (before.clock == after.clock || !before.clock || !after.clock) return {};
  return fmt::format("clock {:.6g} → {:.6g} MHz", before.clock->value(), after.clock->value());
}

}  // namespace

std::string_view Describe(Reason reason) { return TextOf(reason).words; }

DecisionFacts FactsOf(const WindowRecord& window) {
  return {.decision = window.decision,
          .before = window.setting,
          .lowest_peak = window.peak_power,
          .highest_peak = window.peak_power,
          .cap = window.cap,
          .next_cap = window.cap,
          .alpha = std::nullopt};
}

std::string DescribeAction(const DecisionFacts& facts) {
  const Setting& after = facts.decision.setting;
  const int before = facts.before.batch_size.value();
  std::string text(ToString(facts.decision.action));
  const std::string clock = ClockText(facts.before, after);
  if (after.batch_size != facts.before.batch_size) {
    text += fmt::format(" {} → {}", before, after.batch_size.value());
    if (!clock.empty()) text += ',';
  } else if (clock.empty()) {
    // Of the last window of a trace it is not known to what.
    const bool moves =
        facts.decision.action == Action::kRaise || facts.decision.action == Action::kLower;
    text += fmt::format(" {}{}", moves ? "from " : "", before);
  }
  return clock.empty() ? text : text + ' ' + clock;
}

bool IsAboutNextCap(const DecisionFacts& facts) {
  const Claim claim = TextOf(facts.decision.reason).claim;
  return facts.next_cap != facts.cap &&
         (claim == Claim::kNone || Holds(claim, facts, facts.next_cap));
}

std::string DescribeReason(const DecisionFacts& facts) {
  const ReasonText& text = TextOf(facts.decision.reason);
  if (text.sentence.empty()) return std::string(text.words);
  const Watts cap = IsAboutNextCap(facts) ? facts.next_cap : facts.cap;
  if (text.claim == Claim::kNone || Holds(text.claim, facts, cap)) return FillIn(text, facts, cap);
  return std::string(text.words);
}

}  // namespace batchsizer::record
