#include "record/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace batchsizer::record {
namespace {

template <typename T>
nlohmann::ordered_json OrNull(const std::optional<T>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

double Share(double part, double whole) { return whole > 0 ? part / whole : 0.0; }

double WaitShare(const InputFigures& input) { return Share(input.wait_s, input.wall_time_s); }

std::string InputText(const InputFigures& input) {
  std::string text =
      fmt::format("  input       the engine waited for images {:.3f} s of {:.3f} s ({:.1f} %)",
                  input.wait_s, input.wall_time_s, 100 * WaitShare(input));
  if (input.decode_limit_ips) {
    text += fmt::format("; this host decodes up to {:.0f} images/s", *input.decode_limit_ips);
  }
  return text + '\n';
}

}  // namespace

void SummaryBuilder::Add(const WindowRecord& record) {
  const double length_s = ToSeconds(record.end - record.start);
  end_ = record.end;
  batches_ += record.batches;
  sum_.images += record.images;
  sum_.energy_j += record.energy.value();
  sum_.excess_energy_j += record.excess_energy.value();
  sum_.bad_readings += record.bad_readings;
  sum_.windows += 1;
  sum_.power_cap_w = record.cap.value();
  if (record.setting.clock) {
    clock_seconds_ += record.setting.clock->value() * length_s;
    clocked_s_ += length_s;
  }
  CountViolation(record, length_s);
  CountDecision(record);
}

void SummaryBuilder::CountViolation(const WindowRecord& record, double length_s) {
  const Watts limit = kCapTolerance * record.cap;
  if (record.true_peak_power) {
    const double above_s = *record.true_peak_power > limit ? length_s : 0.0;
    sum_.time_above_cap_true_s = sum_.time_above_cap_true_s.value_or(0.0) + above_s;
  }
  if (!record.peak_power || *record.peak_power <= limit) {
    violation_windows_ = 0;
    violation_s_ = 0;
    return;
  }
  sum_.time_above_cap_s += length_s;
  sum_.longest_violation_windows = std::max(sum_.longest_violation_windows, ++violation_windows_);
  violation_s_ += length_s;
  sum_.longest_violation_s = std::max(sum_.longest_violation_s, violation_s_);
}

void SummaryBuilder::CountDecision(const WindowRecord& record) {
  const Decision& decision = record.decision;
  sum_.impossible_windows += decision.action == Action::kImpossible ? 1 : 0;
  sum_.safe_windows += decision.action == Action::kSafe ? 1 : 0;
  sum_.final_batch_size = decision.setting.batch_size.value();
  if (decision.setting.clock) sum_.final_clock_mhz = decision.setting.clock->value();
  // A new cap opens a new stretch: convergence is counted in the last one.
  if (last_cap_ && *last_cap_ != record.cap) last_change_ = record.start;
  last_cap_ = record.cap;
  if (decision.reason == Reason::kEndOfRun) return;  // nothing was decided
  last_window_changed_ = decision.setting != record.setting;
  if (!last_window_changed_) return;
  ++sum_.changes;
  last_change_ = record.end;
}

Summary SummaryBuilder::Build() const {
  Summary summary = sum_;
  summary.time_s = ToSeconds(std::max(end_, start_) - start_);
  summary.throughput_ips = Share(static_cast<double>(sum_.images), summary.time_s);
  summary.images_per_joule = Share(static_cast<double>(sum_.images), sum_.energy_j);
  summary.mean_batch_size = Share(static_cast<double>(sum_.images), static_cast<double>(batches_));
  // To a millionth: what lies below is rounding of the sums.
  if (clocked_s_ > 0) {
    summary.mean_clock_mhz = std::round(clock_seconds_ / clocked_s_ * 1e6) / 1e6;
  }
  if (!last_window_changed_) summary.converged_at_s = ToSeconds(last_change_ - start_);
  return summary;
}

void FillInSetting(Summary& summary, const Setting& setting, Watts cap) {
  if (summary.windows > 0) return;
  summary.final_batch_size = setting.batch_size.value();
  if (setting.clock) summary.final_clock_mhz = setting.clock->value();
  summary.power_cap_w = cap.value();
}

nlohmann::ordered_json ToJson(const Summary& s) {
  return {{"policy", s.policy},
          {"device", s.device},
          {"emulated", s.emulated},
          {"images", s.images},
          {"failed_images", s.failed_images},
          {"time_s", s.time_s},
          {"throughput_ips", s.throughput_ips},
          {"energy_j", s.energy_j},
          {"images_per_joule", s.images_per_joule},
          {"mean_batch_size", s.mean_batch_size},
          {"mean_clock_mhz", OrNull(s.mean_clock_mhz)},
          {"windows", s.windows},
          {"changes", s.changes},
          {"time_above_cap_s", s.time_above_cap_s},
          {"time_above_cap_true_s", OrNull(s.time_above_cap_true_s)},
          {"excess_energy_j", s.excess_energy_j},
          {"longest_violation_windows", s.longest_violation_windows},
          {"longest_violation_s", s.longest_violation_s},
          {"converged_at_s", OrNull(s.converged_at_s)},
          {"final_batch_size", s.final_batch_size},
          {"final_clock_mhz", OrNull(s.final_clock_mhz)},
          {"power_cap_w", s.power_cap_w},
          {"impossible_windows", s.impossible_windows},
          {"safe_windows", s.safe_windows},
          {"bad_readings", s.bad_readings},
          {"input_wait_s", s.input ? nlohmann::ordered_json(s.input->wait_s) : nullptr},
          {"input_wait_share", s.input ? nlohmann::ordered_json(WaitShare(*s.input)) : nullptr},
          {"wall_time_s", s.input ? nlohmann::ordered_json(s.input->wall_time_s) : nullptr},
          {"decode_threads", s.input ? nlohmann::ordered_json(s.input->decode_threads) : nullptr},
          {"decode_limit_ips", s.input ? OrNull(s.input->decode_limit_ips) : nullptr},
          {"oracle_throughput_ips", OrNull(s.oracle_throughput_ips)},
          {"fraction_of_oracle", OrNull(s.fraction_of_oracle)},
          {"fraction_of_own_oracle", OrNull(s.fraction_of_own_oracle)}};
}

std::string ToText(const Summary& s) {
  std::string text = fmt::format(
      "{} on {}: {} images in {:.3f} s ({}), {:.1f} images/s\n"
      "  energy      {:.1f} J, {:.3f} images/J\n"
      "  batch size  mean {:.1f}, final {}, {} changes in {} windows\n"
      "  cap         {:.4g} W at the end; above it {:.3f} s ({:.2f} % of the time), longest {} "
      "windows, excess {:.3f} J\n",
      s.policy, s.device, s.images, s.time_s, s.emulated ? "emulated time and power" : "real time",
      s.throughput_ips, s.energy_j, s.images_per_joule, s.mean_batch_size, s.final_batch_size,
      s.changes, s.windows, s.power_cap_w, s.time_above_cap_s,
      100 * Share(s.time_above_cap_s, s.time_s), s.longest_violation_windows, s.excess_energy_j);
  if (s.mean_clock_mhz) text += fmt::format("  clock       mean {:.0f} MHz\n", *s.mean_clock_mhz);
  if (s.input) text += InputText(*s.input);
  if (s.failed_images > 0) text += fmt::format("  failed      {} images\n", s.failed_images);
  if (s.bad_readings > 0) {
    text += fmt::format("  sensor      {} bad readings, {} windows in the safe state\n",
                        s.bad_readings, s.safe_windows);
  }
  if (s.oracle_throughput_ips && s.fraction_of_oracle) {
    text += fmt::format("  oracle      {:.1f} images/s; {:.3f} of it", *s.oracle_throughput_ips,
                        *s.fraction_of_oracle);
    if (s.fraction_of_own_oracle) {
      text += fmt::format(", {:.3f} of what its own knobs allow", *s.fraction_of_own_oracle);
    }
    text += '\n';
  }
  return text;
}

}  // namespace batchsizer::record
