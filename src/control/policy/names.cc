#include "batchsizer/policy.h"

namespace batchsizer {

std::string_view ToString(Action action) {
  switch (action) {
    case Action::kKeep:
      return "keep";
    case Action::kRaise:
      return "raise";
    case Action::kLower:
      return "lower";
    case Action::kImpossible:
      return "impossible";
    case Action::kSafe:
      break;
  }
  return "safe";
}

std::string_view ToString(Reason reason) {
  switch (reason) {
    case Reason::kStart:
      return "start";
    case Reason::kWithinBand:
      return "within-band";
    case Reason::kBelowBand:
      return "below-band";
    case Reason::kAboveCap:
      return "above-cap";
    case Reason::kAtLargest:
      return "at-largest";
    case Reason::kNothingLower:
      return "nothing-lower";
    case Reason::kNextIsTooMuch:
      return "next-is-too-much";
    case Reason::kKnownToFit:
      return "known-to-fit";
    case Reason::kRetry:
      return "retry";
    case Reason::kNoGain:
      return "no-gain";
    case Reason::kTrySmaller:
      return "try-smaller";
    case Reason::kSaturated:
      return "saturated";
    case Reason::kStillGains:
      return "still-gains";
    case Reason::kUnconfirmed:
      return "unconfirmed";
    case Reason::kAfterExcess:
      return "after-excess";
    case Reason::kNoReading:
      return "no-reading";
    case Reason::kFixed:
      return "fixed";
    case Reason::kKnownBest:
      return "known-best";
    case Reason::kSensorSilent:
      return "sensor-silent";
    case Reason::kSensorNan:
      return "sensor-nan";
    case Reason::kSensorNegative:
      return "sensor-negative";
    case Reason::kSensorTooHigh:
      return "sensor-too-high";
    case Reason::kSensorStuck:
      return "sensor-stuck";
    case Reason::kOutOfMemory:
      return "out-of-memory";
    case Reason::kEndOfRun:
      break;
  }
  return "end-of-run";
}

}  // namespace batchsizer
