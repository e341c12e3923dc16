// The summary of a run, added up from its window records; definitions in
// design section 5 and docs/files.md.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "batchsizer/record.h"

namespace batchsizer::record {

// How the input kept up, in real time. `run` only.
struct InputFigures {
  double wait_s = 0;       // that the engine waited for images
  double wall_time_s = 0;  // that the run took
  int decode_threads = 0;  // at the end
  // What this host could decode with all its decoding threads at work.
  std::optional<double> decode_limit_ips;
};

struct Summary {
  std::string policy;
  std::string device;
  bool emulated = false;
  std::int64_t images = 0;
  std::int64_t failed_images = 0;
  double time_s = 0;
  double throughput_ips = 0;
  double energy_j = 0;
  double images_per_joule = 0;
  double mean_batch_size = 0;
  std::optional<double> mean_clock_mhz;  // weighted by time
  std::int64_t windows = 0;
  std::int64_t changes = 0;  // windows after which the setting changed
  std::int64_t impossible_windows = 0;
  std::int64_t safe_windows = 0;
  std::int64_t bad_readings = 0;
  double time_above_cap_s = 0;
  std::optional<double> time_above_cap_true_s;  // emulation only
  double excess_energy_j = 0;
  std::int64_t longest_violation_windows = 0;
  double longest_violation_s = 0;
  std::optional<double> converged_at_s;  // empty: still changing at the end
  int final_batch_size = 0;
  std::optional<double> final_clock_mhz;
  double power_cap_w = 0;  // at the end
  std::optional<InputFigures> input;
  std::optional<double> oracle_throughput_ips;
  std::optional<double> fraction_of_oracle;
  std::optional<double> fraction_of_own_oracle;

  // The exit code's question: could the cap be met all the time?
  [[nodiscard]] bool CapCouldNotBeMet() const { return impossible_windows > 0; }
};

// A peak up to this factor above the cap is measurement error, not a violation.
inline constexpr double kCapTolerance = 1.005;

class SummaryBuilder {
 public:
  explicit SummaryBuilder(TimePoint start) : start_(start), last_change_(start) {}
  void Add(const WindowRecord& record);
  // Fills in what the records tell; names, failures and oracles are the caller's.
  [[nodiscard]] Summary Build() const;

 private:
  void CountViolation(const WindowRecord& record, double length_s);
  void CountDecision(const WindowRecord& record);

  TimePoint start_;
  TimePoint end_{};
  Summary sum_;
  std::int64_t batches_ = 0;
  double clock_seconds_ = 0;
  double clocked_s_ = 0;
  std::int64_t violation_windows_ = 0;
  double violation_s_ = 0;
  TimePoint last_change_;
  bool last_window_changed_ = false;
  std::optional<Watts> last_cap_;
};

// A run that ended before its first window still has a setting and a cap.
void FillInSetting(Summary& summary, const Setting& setting, Watts cap);

// One object with the keys of design section 5; what is not known is null.
[[nodiscard]] nlohmann::ordered_json ToJson(const Summary& summary);
// For people: a few aligned lines.
[[nodiscard]] std::string ToText(const Summary& summary);

}  // namespace batchsizer::record
