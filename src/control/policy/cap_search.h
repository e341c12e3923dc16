// The mended search: Algorithm 1's halving over an ascending list of settings,
// with a memory of what each tried setting drew.
//
// What it mends (docs/policies.md shows each as a trace):
//  - a setting known to break the cap is not tried again and again: it is
//    retried once, because one violation may have been a spike, then left alone
//    for as long as what is known of it breaks the cap. A setting that has been
//    read under this cap is never given up that lightly: noise, or what was seen
//    elsewhere, may speak against it, so it is tried again, after a pause, until
//    it has broken the cap several times in a row;
//  - bounds are not stored but derived from the memory and the present cap, so
//    a raised cap opens what it allows, and a lowered one leads in one jump to
//    the largest setting known to fit;
//  - one reading is never proof. A setting that suddenly draws 5 % more or less
//    than it did for several windows keeps that memory until a second window,
//    here or elsewhere, says the same; then the world has changed, and all that was
//    remembered from before moves with it. A spike is followed by a window that
//    reads as always did: nothing is relearned, and the search returns to where
//    the spike drove it from.
//
// Law, with i the present index, p the window's peak:
//   p > cap:            to the largest j < i known to fit, else halve towards 0
//   p < alpha x cap:    to the largest j > i known to fit below the lowest known
//                       breaker h, else halve between i and h
//   in between:         the same in steps of 1, 2, 4, .. while no h is known
//   p >= rest x cap:    stay; but return to a larger j that is known to fit, if a
//                       spike drove the search away from it
// Each halving leaves half of the open interval and takes two decisions at most,
// so a monotone, steady curve settles in 3 log2(n) + 6 decisions. A violation puts
// a setting on hold for 2, 4, .. 256 windows (under caps that what was read then
// would break), beginning again with 2 only after 16 good ones, so even an adversary's spikes
// cannot make it alternate for ever at one pace.
//
// The memory holds at most kRemembered settings, the oldest leaves first: Step
// is O(1) in the number of settings and never allocates.
// Units: indices are 0-based. Thread safety: plain value.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "batchsizer/policy.h"

namespace batchsizer::policy {

class CapSearch {
 public:
  enum class Stride {
    kHalve,  // the middle of what is open
    kOne,    // one step up, one step down
    kOneUp,  // one step up, down to what is known or expected to fit
  };
  struct Options {
    std::size_t count = 1;
    std::size_t initial = 0;
    double alpha = 0.8;
    // At this share of the cap the search rests; alpha: the paper's band.
    double rest = 0.8;
    Stride stride = Stride::kHalve;
    // Also from within the band, try a larger setting again whose only violation
    // may have been a spike. Costs one more violation in a run without spikes.
    bool retries_from_band = false;
    // Turn back from a setting that brings less than this much more throughput
    // for a doubling of its amount (for less than a doubling, accordingly less);
    // 0 switches it off. 0.01: half of what counts as saturated.
    double least_gain = 0.0;
  };
  struct Input {
    std::size_t index = 0;    // what really ran
    std::size_t allowed = 1;  // indices below this may be used
    Watts peak;
    Watts cap;
    Watts window_cap;
    ImagesPerSecond throughput;
    double amount = 1.0;  // images a batch, say: what least_gain is relative to
  };
  struct Output {
    std::size_t index = 0;
    Reason reason = Reason::kWithinBand;
  };

  explicit CapSearch(const Options& options) : options_(options) {}
  [[nodiscard]] Output Step(const Input& in);
  // A window without a reading: nothing is learned, but a setting known to break
  // the cap, because the cap has just fallen, is left. Never raises.
  [[nodiscard]] Output StepWithoutReading(std::size_t index, std::size_t allowed, Watts cap);

 private:
  static constexpr std::size_t kRemembered = 32;
  static constexpr std::size_t kNone = ~std::size_t{0};
  struct Entry {
    std::size_t index = kNone;
    Watts peak;  // what it is taken to draw
    Watts low;   // the lower end of what it was really read to draw
    ImagesPerSecond throughput;
    int strikes = 0;                  // violations seen here without a good run in between
    int good_run = 0;                 // windows here since the last violation
    int fails = 0;                    // visits in a row that began with a violation
    std::int64_t hold_until = 0;      // window before which it is not entered again,
    Watts broke_with;                 // unless the cap is above what broke it then
    std::int64_t last_seen = 0;       // window in which peak was last read or confirmed
    std::int64_t deviates_since = 0;  // first of the windows that contradict peak; 0: none
    bool confirmed = false;           // peak was read twice
    bool worth_a_retry = false;       // its one violation may have been a spike
    bool no_gain = false;
    bool odd_throughput = false;  // the last window was far off the others'
  };
  // A reading that contradicts a confirmed memory and waits for a second one.
  struct Doubt {
    std::int64_t since = 0;  // window; 0: none
    bool upward = false;
  };

  Entry& Learn(const Input& in);
  void LearnThroughput(const Input& in, Entry& here);
  void Relearn(const Input& in, Entry& here);
  void Follow(const Input& in, Entry& here);
  void Contradict(const Input& in, Entry& here, double ratio);
  void AcceptNewWorld(const Input& in, Entry& here, double ratio);
  void Rescale(double factor, const Entry& except, std::int64_t seen_before);
  [[nodiscard]] Output Down(const Input& in, Entry& here);
  [[nodiscard]] Output Up(const Input& in, Entry& here);
  [[nodiscard]] std::optional<Output> TurnBackFromNoGain(const Input& in, Entry& here);
  [[nodiscard]] bool BringsLittle(const Input& in, const Entry& here);
  [[nodiscard]] Output Stay(const Input& in, Reason reason) const;
  [[nodiscard]] std::size_t DownTarget(const Input& in) const;
  [[nodiscard]] std::size_t UpTarget(const Input& in, std::size_t barred);
  [[nodiscard]] std::size_t FirstBarred(const Input& in) const;
  [[nodiscard]] const Entry* FirstBreaker(const Input& in) const;
  [[nodiscard]] std::optional<std::size_t> LargestKnownToFit(std::size_t above, std::size_t below,
                                                             Watts cap) const;
  [[nodiscard]] static int HoldLog2(const Entry& entry);
  [[nodiscard]] bool Barred(const Entry& entry, Watts cap) const;
  [[nodiscard]] Entry* Find(std::size_t index);
  [[nodiscard]] Entry& FindOrAdd(std::size_t index);

  Options options_;
  std::array<Entry, kRemembered> memory_{};
  std::int64_t window_ = 0;
  std::size_t previous_index_ = kNone;
  double previous_amount_ = 1.0;
  // Where the search came up from, while it is unknown what that brought.
  std::size_t came_from_ = kNone;
  double came_from_amount_ = 1.0;
  bool little_gain_ = false;  // one window said so
  std::size_t careful_step_ = 1;
  Doubt doubt_;
  // How much more than remembered this window drew: what other settings may draw
  // too, until the next window tells.
  double excess_ = 1.0;
};

}  // namespace batchsizer::policy
