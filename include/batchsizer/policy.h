// The seam of control: values in, decision out.
//
// A policy is pure: it holds numbers, and Step() maps an Observation to a
// Decision. No I/O, threads, clocks, logs or random devices; the same
// observations give the same decisions, in production and under a simulator.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "batchsizer/units.h"

namespace batchsizer {

// What a policy chooses. No clock: the policy does not touch it.
struct Setting {
  BatchSize batch_size;
  std::optional<Megahertz> clock;
  friend bool operator==(const Setting&, const Setting&) = default;
};

// What happened in one window: the batches between two decisions.
struct Observation {
  TimePoint time;             // the window's end
  Duration window_length{0};  // > 0, but for a window without a batch
  int batches = 0;            // 0: the cap moved before the first one; then there is no reading
  std::int64_t images = 0;
  Watts cap;         // in force from now on: what the decision must keep
  Watts window_cap;  // in force during the window
  // Highest and mean good reading of the window; empty when there was none. A
  // reading that averages over a time before the window began is left out: it
  // shows the setting before.
  std::optional<Watts> peak_power;
  std::optional<Watts> mean_power;
  int readings = 0;
  Setting setting;  // what really ran in the window (a limit or the safe state may have overruled)
  ImagesPerSecond throughput;
  // Batch sizes above this fail on the engine (out of memory) and will be cut.
  BatchSize largest_batch_size{1 << 30};
};

// What a decision does to the setting: the trace's column `decision`.
enum class Action {
  kKeep,
  kRaise,
  kLower,
  kImpossible,  // the smallest setting is above the cap
  kSafe,        // power cannot be known: smallest batch size, lowest clock
};

// Why: the trace's column `reason`.
enum class Reason {
  kStart,
  kWithinBand,      // alpha x cap <= peak <= cap
  kBelowBand,       // peak < alpha x cap: room for more
  kAboveCap,        // peak > cap
  kAtLargest,       // room, but nothing larger to go to
  kNothingLower,    // above the cap at the smallest setting
  kNextIsTooMuch,   // room, but the next larger setting is known to break the cap
  kKnownToFit,      // a larger setting seen before fits under this cap
  kRetry,           // one violation is no proof: the next larger setting is tried again
  kNoGain,          // the larger setting brought no throughput: back to the smaller one
  kTrySmaller,      // the size is kept; does the next smaller one bring as much?
  kSaturated,       // room, but a larger size is known to bring less than 2 % throughput
  kStillGains,      // the smaller size brought less: back to the larger one
  kUnconfirmed,     // far less power than known, or hardly any gain: one more window to be sure
  kAfterExcess,     // room for more, but a reading in the window was above a cap: no raise yet
  kNoReading,       // no power reading in the window: nothing to decide on
  kFixed,           // this policy never moves
  kKnownBest,       // the oracle's table says so
  kSensorSilent,    // safe: no reading for 3 sensor periods
  kSensorNan,       // safe: not a number
  kSensorNegative,  // safe: below zero
  kSensorTooHigh,   // safe: above 3 x the device's maximum
  kSensorStuck,     // safe: the same to the bit for 5 s under changing load
  kOutOfMemory,     // the engine failed on a batch this large
  kEndOfRun,        // the last, partial window
};

// The names in the trace: "keep", "raise", ...
[[nodiscard]] std::string_view ToString(Action action);
// The names in the trace, in words.
[[nodiscard]] std::string_view ToString(Reason reason);

// What a policy returns.
struct Decision {
  Setting setting;  // for the next window
  Action action = Action::kKeep;
  Reason reason = Reason::kStart;
};

// What a policy needs of the windows it is shown.
struct PolicyTraits {
  // Batches a window, 0: the controller's option (default 10).
  int window_batches = 0;
  // A window also waits for this many readings.
  int min_readings = 0;
  // The window ends with the batch in which a reading was above the cap, or the
  // cap changed, so that the next batch already obeys (design, safety rule 1).
  // The rivals that are reproduced to the letter do not have this.
  bool reacts_at_once = false;
};

// Thread safety: one thread at a time.
class Policy {
 public:
  virtual ~Policy() = default;
  // As in PolicyNames().
  [[nodiscard]] virtual std::string_view Name() const = 0;
  // The same for the whole life of the policy.
  [[nodiscard]] virtual PolicyTraits Traits() const = 0;
  // The setting for the first window.
  [[nodiscard]] virtual Setting Start(Watts cap) = 0;
  // A window without a reading (peak_power empty) must not raise anything; each
  // policy documents what it does. Never allocates.
  [[nodiscard]] virtual Decision Step(const Observation& observation) = 0;
};

}  // namespace batchsizer
