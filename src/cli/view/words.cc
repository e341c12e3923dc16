#include "cli/view/words.h"

#include <fmt/format.h>

#include <cmath>

namespace batchsizer::cli::view {

std::string Grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  const std::size_t first_digit = number < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first_digit + 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string ClockText(std::optional<double> seconds) {
  constexpr double kMostSeconds = 1000. * 86'400;
  if (!seconds || !(*seconds >= 0 && *seconds < kMostSeconds)) return "-:--:--";
  const auto whole = static_cast<std::int64_t>(*seconds);
  const std::int64_t days = whole / 86'400;
  const std::int64_t hours = whole / 3600 % 24;
  const std::int64_t minutes = whole / 60 % 60;
  if (days > 0) return fmt::format("{} d {:02}:{:02}:{:02}", days, hours, minutes, whole % 60);
  return fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60);
}

std::string SpanText(double seconds) {
  if (seconds >= 60) return fmt::format("{:g} min", seconds / 60);
  return fmt::format("{:g} s", seconds);
}

std::string RateText(double rate) {
  if (!std::isfinite(rate)) return "?";
  if (rate < 10) return fmt::format("{:.2f}", rate);
  if (rate < 100) return fmt::format("{:.1f}", rate);
  return Grouped(std::llround(rate));
}

std::string ShareText(double part, double whole) {
  if (!(whole > 0) || part <= 0) return "0 %";
  const double percent = 100 * part / whole;
  if (percent < 0.1) return "<0.1 %";
  return fmt::format("{:.1f} %", percent);
}

std::string_view InWords(Reason reason) {
  switch (reason) {
    case Reason::kStart:
      return "the start";
    case Reason::kWithinBand:
      return "close enough to the cap";
    case Reason::kBelowBand:
      return "room below the cap";
    case Reason::kAboveCap:
      return "power is above the cap";
    case Reason::kAtLargest:
      return "room, but nothing is larger";
    case Reason::kNothingLower:
      return "above the cap, and nothing is smaller";
    case Reason::kNextIsTooMuch:
      return "the next larger one breaks the cap";
    case Reason::kKnownToFit:
      return "known to fit under this cap";
    case Reason::kRetry:
      return "tries once more what broke the cap";
    case Reason::kNoGain:
      return "the larger one was no faster";
    case Reason::kTrySmaller:
      return "does a smaller one bring as much?";
    case Reason::kSaturated:
      return "room, but larger ones bring no more";
    case Reason::kStillGains:
      return "the smaller one brought less";
    case Reason::kUnconfirmed:
      return "one more window to be sure";
    case Reason::kAfterExcess:
      return "room, but power was just above the cap";
    case Reason::kNoReading:
      return "no power reading";
    case Reason::kFixed:
      return "this policy never moves";
    case Reason::kKnownBest:
      return "known to be the best";
    case Reason::kSensorSilent:
      return "the power sensor is silent";
    case Reason::kSensorNan:
      return "the power sensor gives no number";
    case Reason::kSensorNegative:
      return "the power sensor is below zero";
    case Reason::kSensorTooHigh:
      return "the power sensor is far too high";
    case Reason::kSensorStuck:
      return "the power sensor is stuck";
    case Reason::kOutOfMemory:
      return "out of memory at the larger one";
    case Reason::kEndOfRun:
      return "the end of the run";
  }
  return "?";
}

std::string ChangeText(const Setting& from, const Setting& to, bool unicode) {
  const char* arrow = unicode ? "→" : "->";
  const int before = from.batch_size.value();
  const int after = to.batch_size.value();
  if (from.clock && to.clock && *from.clock != *to.clock) {
    std::string clocks =
        fmt::format("{:.0f} {} {:.0f} MHz", from.clock->value(), arrow, to.clock->value());
    if (before == after) return clocks;
    return fmt::format("{} {} {}, {}", before, arrow, after, clocks);
  }
  if (before == after) return std::to_string(after);
  return fmt::format("{} {} {}", before, arrow, after);
}

}  // namespace batchsizer::cli::view
