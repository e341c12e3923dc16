#include "batchsizer/controller.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>

#include "base/check.h"
#include "control/policy/common.h"
#include "control/sensor_guard.h"
#include "control/window.h"

namespace batchsizer {
namespace {

using control::SensorGuard;
using control::Window;

// A sensor of 1 kHz under batches of 100 ms fits twice.
constexpr std::size_t kReadingsAtOnce = 256;

std::string_view SafeText(Reason reason) {
  switch (reason) {
    case Reason::kSensorSilent:
      return "power cannot be known: no reading for 3 sensor periods; smallest batch size, lowest "
             "clock until readings come again";
    case Reason::kSensorNan:
      return "power cannot be known: the sensor says 'not a number'; smallest batch size, lowest "
             "clock until readings are good again";
    case Reason::kSensorNegative:
      return "power cannot be known: the sensor says less than 0 W; smallest batch size, lowest "
             "clock until readings are good again";
    case Reason::kSensorTooHigh:
      return "power cannot be known: the sensor says more than 3 x the device's maximum; smallest "
             "batch size, lowest clock until readings are good again";
    default:
      return "power cannot be known: the sensor repeats one value to the bit under changing load; "
             "smallest batch size, lowest clock until it moves";
  }
}

// Integral of max(0, power - cap) over the time that a reading stands for.
Joules Excess(const PowerCap& cap, const PowerReading& reading, Duration stands_for) {
  Joules excess;
  TimePoint time = reading.time - stands_for;
  while (time < reading.time) {
    const TimePoint until = std::min(reading.time, cap.HoldsUntil(time));
    excess += std::max(Watts(0), reading.power - cap.At(time)) * (until - time);
    time = until;
  }
  return excess;
}

}  // namespace

class Controller::Impl {
 public:
  Impl(const ControllerOptions& options, const ControllerParts& parts,
       std::unique_ptr<Policy> policy)
      : parts_(parts),
        policy_(std::move(policy)),
        traits_(policy_->Traits()),
        window_batches_(traits_.window_batches > 0 ? traits_.window_batches
                                                   : options.window_batches),
        smallest_(options.policy.batch_sizes.front()),
        sizes_(options.policy.batch_sizes),
        last_cap_(parts.cap->At(parts.clock->Now())),
        guard_(parts.meter->Info(), parts.clock->Now()),
        last_reading_(parts.clock->Now()),
        window_(parts.clock->Now(), {}, last_cap_) {
    if (parts_.truth != nullptr) (void)parts_.truth->TakeTruth();
    Apply(policy_->Start(last_cap_), parts.clock->Now());
    OpenWindow(parts.clock->Now());
  }

  [[nodiscard]] BatchSize batch_size() const {
    return BatchSize(published_batch_size_.load(std::memory_order_relaxed));
  }
  [[nodiscard]] const Setting& setting() const { return setting_; }

  void BatchDone(int images) {
    const TimePoint now = parts_.clock->Now();
    window_.AddBatch(images);
    if (TakeReadings() == 0) guard_.BatchWithoutReading();
    const Watts cap = parts_.cap->At(now);
    JudgeSensor(now);
    if (WindowIsOver(now, cap)) Decide(now, cap);
  }

  bool CapMoved() {
    const TimePoint now = parts_.clock->Now();
    const Watts cap = parts_.cap->At(now);
    if (cap == last_cap_ || !traits_.reacts_at_once || trouble_) return false;
    TakeReadings();
    const Setting before = setting_;
    if (window_.batches() == 0) {
      LowerBeforeABatch(now, cap);
    } else if (cap < last_cap_ || window_.own_readings() >= traits_.min_readings) {
      Decide(now, cap);
    }
    return setting_ != before;
  }

  bool OutOfMemoryAt(BatchSize size) {
    const auto below = std::lower_bound(sizes_.begin(), sizes_.end(), size);
    if (below == sizes_.begin()) return false;
    largest_ = std::min(largest_, *std::prev(below));
    const TimePoint now = parts_.clock->Now();
    Notify(NoticeKind::kBatchLimited, now,
           "the engine ran out of memory: the largest batch size is lowered");
    if (setting_.batch_size <= largest_) return true;
    const Setting smaller{largest_, setting_.clock};
    if (window_.batches() > 0) {
      WindowRecord record = Closed(now, last_cap_);
      record.decision = {smaller, Action::kLower, Reason::kOutOfMemory};
      Emit(record);
    }
    Apply(smaller, now);
    OpenWindow(now);
    return true;
  }

  void Finish() {
    if (finished_) return;
    finished_ = true;
    const TimePoint now = parts_.clock->Now();
    if (window_.batches() > 0) {
      TakeReadings();
      WindowRecord record = Closed(now, parts_.cap->At(now));
      const Action action = trouble_ ? Action::kSafe : Action::kKeep;
      record.decision = {setting_, action, Reason::kEndOfRun};
      Emit(record);
    }
    if (parts_.clock_knob != nullptr) (void)parts_.clock_knob->Restore();
  }

 private:
  // How many there were.
  std::size_t TakeReadings() {
    std::array<PowerReading, kReadingsAtOnce> readings;
    std::size_t total = 0;
    std::size_t count = 0;
    do {
      count = parts_.meter->Drain(readings);
      total += count;
      for (std::size_t i = 0; i < count; ++i) TakeReading(readings[i]);
    } while (count == readings.size());
    return total;
  }

  void TakeReading(const PowerReading& reading) {
    const Duration stands_for = std::max(Duration(0), reading.time - last_reading_);
    last_reading_ = std::max(last_reading_, reading.time);
    if (guard_.Take(reading)) {
      const bool reaches_back = reading.time - parts_.meter->Info().averaging < window_.start();
      const Joules excess = Excess(*parts_.cap, reading, stands_for);
      window_.AddReading({reading.power, stands_for, excess, reaches_back});
    } else {
      window_.AddBadReading();
    }
  }

  // Enters and leaves the safe state; each is said once.
  void JudgeSensor(TimePoint now) {
    const auto trouble = guard_.TroubleAt(now);
    sensor_state_changed_ = trouble.has_value() != trouble_.has_value();
    trouble_ = trouble;
    if (!sensor_state_changed_) return;
    if (trouble) {
      Notify(NoticeKind::kSafeEntered, now, SafeText(*trouble));
    } else {
      Notify(NoticeKind::kSafeLeft, now, "power readings are good again");
    }
  }

  [[nodiscard]] bool WindowIsOver(TimePoint now, Watts cap) const {
    if (sensor_state_changed_) return true;
    const bool cap_moved = cap != last_cap_;
    if (traits_.reacts_at_once && (cap_moved || window_.AboveCap())) return true;
    if (window_.batches() < window_batches_) return false;
    if (window_.own_readings() >= traits_.min_readings || trouble_) return true;
    // A sensor without a period gives one reading a batch: none means none came.
    return parts_.meter->Info().period == Duration(0) && now > last_reading_;
  }

  // A policy that reacts at once closes the window when the cap moves, so the
  // window belongs to the old cap. The others decide with the cap they find.
  void Decide(TimePoint now, Watts cap) {
    WindowRecord record = Closed(now, traits_.reacts_at_once ? last_cap_ : cap);
    last_cap_ = cap;
    record.decision = trouble_ ? SafeDecision() : PolicyDecision(record, cap);
    ReportImpossible(record.decision, now);
    Emit(record);
    Apply(record.decision.setting, now);
    OpenWindow(now);
  }

  // The cap moved in a window without a batch: nothing was seen of the setting yet. A
  // policy may know from before that it draws too much. Whatever else it would do can
  // wait for a reading: the window stays as it is, and ends with its first batch.
  void LowerBeforeABatch(TimePoint now, Watts cap) {
    if (cap > last_cap_) return;
    const Observation seen = window_.Observe(window_.Close(now, last_cap_), cap, largest_);
    const Decision decision = policy_->Step(seen);
    if (decision.setting == setting_ || decision.action == Action::kRaise) return;
    WindowRecord record = Closed(now, last_cap_);
    last_cap_ = cap;
    record.decision = decision;
    ReportImpossible(decision, now);
    Emit(record);
    Apply(decision.setting, now);
    OpenWindow(now);
  }

  [[nodiscard]] WindowRecord Closed(TimePoint now, Watts cap) {
    WindowRecord record = window_.Close(now, cap);
    if (parts_.truth != nullptr) {
      const PowerTruth truth = parts_.truth->TakeTruth();
      record.true_peak_power = truth.peak;
      record.energy = truth.energy;
    }
    return record;
  }

  [[nodiscard]] Decision SafeDecision() const {
    // A fixed batch size may be below the smallest of the list.
    Setting safe{std::min(smallest_, setting_.batch_size), std::nullopt};
    if (parts_.clock_knob != nullptr && setting_.clock) {
      safe.clock = parts_.clock_knob->Supported().front();
    }
    return {safe, Action::kSafe, *trouble_};
  }

  [[nodiscard]] Decision PolicyDecision(const WindowRecord& record, Watts cap) {
    const Observation seen = window_.Observe(record, cap, largest_);
    Decision decision = policy_->Step(seen);
    // Above a cap that held until now, or by the power of the setting before: no
    // reason to lower, nor to raise.
    const bool above = record.peak_power && *record.peak_power > std::min(cap, record.cap);
    if (above && decision.action == Action::kRaise) {
      return {record.setting, Action::kKeep, Reason::kAfterExcess};
    }
    if (decision.setting.batch_size <= largest_) return decision;
    decision.setting.batch_size = largest_;
    // What is left of a step that went beyond the limit may be none.
    if (decision.action != Action::kImpossible) {
      decision.action = policy::ActionBetween(record.setting, decision.setting);
    }
    return decision;
  }

  void ReportImpossible(const Decision& decision, TimePoint now) {
    // Nothing is known of power: no news of the cap either.
    if (decision.action == Action::kSafe || decision.reason == Reason::kNoReading) return;
    const bool impossible = decision.action == Action::kImpossible;
    if (impossible && !impossible_) {
      Notify(
          NoticeKind::kCapImpossible, now,
          "the cap cannot be met: this is above it, and the policy has nothing smaller to offer; "
          "the smallest is kept, and the search goes on");
    }
    if (!impossible && impossible_) {
      Notify(NoticeKind::kCapMet, now, "the cap is met again");
    }
    impossible_ = impossible;
  }

  void Apply(const Setting& next, TimePoint now) {
    if (next.clock && parts_.clock_knob != nullptr && next.clock != setting_.clock) {
      const auto set = parts_.clock_knob->Set(*next.clock);
      if (!set && !knob_failed_) Notify(NoticeKind::kKnobFailed, now, set.error().message);
      knob_failed_ = !set;
    }
    if (next != setting_) guard_.LoadChanged();
    setting_ = next;
    if (next.clock && parts_.clock_knob != nullptr) setting_.clock = parts_.clock_knob->Current();
    published_batch_size_.store(setting_.batch_size.value(), std::memory_order_relaxed);
  }

  void OpenWindow(TimePoint now) { window_ = Window(now, setting_, last_cap_); }

  void Emit(const WindowRecord& record) {
    if (parts_.sink != nullptr) parts_.sink->OnWindow(record);
  }
  void Notify(NoticeKind kind, TimePoint now, std::string_view text) {
    if (parts_.sink != nullptr) parts_.sink->OnNotice({kind, now, text});
  }

  ControllerParts parts_;
  std::unique_ptr<Policy> policy_;
  PolicyTraits traits_;
  int window_batches_;
  BatchSize smallest_;
  std::vector<BatchSize> sizes_;
  BatchSize largest_{std::numeric_limits<int>::max()};
  Watts last_cap_;
  SensorGuard guard_;
  TimePoint last_reading_;
  std::optional<Reason> trouble_;
  bool sensor_state_changed_ = false;
  bool impossible_ = false;
  bool knob_failed_ = false;
  bool finished_ = false;
  Setting setting_;
  std::atomic<int> published_batch_size_{1};
  Window window_;
};

Result<std::unique_ptr<Controller>> Controller::Create(const ControllerOptions& options,
                                                       const ControllerParts& parts) {
  BATCHSIZER_CHECK(parts.meter != nullptr && parts.cap != nullptr && parts.clock != nullptr);
  if (options.window_batches < 1) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("window: {} batches; it must be 1 or more (the paper uses 10)",
                                 options.window_batches));
  }
  PolicyOptions policy_options = options.policy;
  if (parts.clock_knob == nullptr) {
    if (policy_options.start_clock) {
      return MakeError(ErrorCode::kUnsupported,
                       fmt::format("clock: {} MHz is asked for, but this device's clock cannot be "
                                   "set",
                                   policy_options.start_clock->value()));
    }
    policy_options.clocks.clear();  // where nothing can be set there are none
  } else if (policy_options.clocks.empty()) {
    const auto clocks = parts.clock_knob->Supported();
    policy_options.clocks.assign(clocks.begin(), clocks.end());
  }
  auto policy = MakePolicy(policy_options);
  if (!policy) return tl::unexpected(policy.error());
  auto impl = std::make_unique<Impl>(options, parts, std::move(*policy));
  return std::unique_ptr<Controller>(new Controller(std::move(impl)));
}

Controller::Controller(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Controller::~Controller() { impl_->Finish(); }

BatchSize Controller::batch_size() const { return impl_->batch_size(); }
Setting Controller::setting() const { return impl_->setting(); }
void Controller::BatchDone(int images) {
  BATCHSIZER_CHECK(images >= 1);
  impl_->BatchDone(images);
}
bool Controller::CapMoved() { return impl_->CapMoved(); }
bool Controller::OutOfMemoryAt(BatchSize size) { return impl_->OutOfMemoryAt(size); }
void Controller::Finish() { impl_->Finish(); }

}  // namespace batchsizer
