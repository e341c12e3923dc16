#include "record/report/summary_tiles.h"

#include <fmt/format.h>

#include <algorithm>

#include "record/report/page_text.h"

namespace batchsizer::record {
namespace {

// A number of the run's own summary; empty when there is none.
std::optional<double> Told(const nlohmann::json& summary, const char* key) {
  if (!summary.is_object()) return std::nullopt;
  const auto at = summary.find(key);
  if (at == summary.end() || !at->is_number()) return std::nullopt;
  return at->get<double>();
}

std::string Share(double part, double whole) {
  return fmt::format("{:.3g} %", whole > 0 ? 100 * part / whole : 0.0);
}

std::string Count(std::int64_t count, std::string_view one) {
  return fmt::format("{} {}{}", Grouped(count), one, count == 1 ? "" : "s");
}

Tile Throughput(const Summary& sum, const nlohmann::json& summary) {
  const auto oracle = Told(summary, "fraction_of_oracle");
  return {"Throughput", Rounded(sum.throughput_ips), "images/s",
          oracle ? fmt::format("{:.3g} of the best possible, search included", *oracle)
                 : "search included"};
}

Tile Energy(const Trace& trace, const Summary& sum, const nlohmann::json& summary) {
  const auto energy = Told(summary, "energy_j");
  const auto without = std::count_if(trace.windows.begin(), trace.windows.end(),
                                     [](const auto& window) { return !window.mean_power; });
  if (!energy && without == sum.windows) return {"Energy", "not known", "", "no power readings"};
  const double joules = energy.value_or(sum.energy_j);
  std::string note =
      joules > 0 ? Rounded(static_cast<double>(sum.images) / joules) + " images/J" : "";
  if (!energy) note += note.empty() ? "estimate" : ", estimate";
  if (without > 0) note += fmt::format("; {} without a reading", Count(without, "window"));
  return {"Energy", Rounded(joules), "J", note};
}

Tile AboveCap(const Summary& sum, const nlohmann::json& summary) {
  std::string note = "never by more than 0.5 %";
  if (sum.time_above_cap_s > 0) {
    note = fmt::format("longest {} s, {}", Rounded(sum.longest_violation_s),
                       Count(sum.longest_violation_windows, "window"));
  }
  if (const auto excess = Told(summary, "excess_energy_j")) {
    note += fmt::format("; excess {} J", Rounded(*excess));
  }
  return {"Above the cap", Rounded(sum.time_above_cap_s),
          fmt::format("s, {}", Share(sum.time_above_cap_s, sum.time_s)), note};
}

Tile Settled(const Summary& sum) {
  if (!sum.converged_at_s) return {"Settled", "not yet", "", "the last decision changed it"};
  return {"Settled", "at " + Rounded(*sum.converged_at_s), "s", "unchanged from then on"};
}

Tile MeanBatch(const Summary& sum, const nlohmann::json& summary) {
  const double mean = Told(summary, "mean_batch_size").value_or(sum.mean_batch_size);
  return {"Mean batch size", fmt::format("{:.1f}", mean), "",
          sum.mean_clock_mhz ? fmt::format("at {:.0f} MHz on average", *sum.mean_clock_mhz)
                             : "images a batch"};
}

Tile FinalSetting(const Trace& trace, const Summary& sum) {
  std::string clock;
  if (sum.final_clock_mhz) clock = fmt::format("at {:.6g} MHz, ", *sum.final_clock_mhz);
  const std::string value = fmt::format("batch {}", sum.final_batch_size);
  if (trace.last_setting_known) {
    return {"Final setting", value, "", clock + fmt::format("cap {:.6g} W", sum.power_cap_w)};
  }
  return {
      "Last setting", value, "",
      clock + fmt::format("then decided to {}", ToString(trace.windows.back().decision.action))};
}

}  // namespace

std::vector<Tile> MakeTiles(const Trace& trace, const Summary& sum, const nlohmann::json& summary) {
  if (trace.windows.empty()) return {};
  std::vector<Tile> tiles = {
      {"Images", Grouped(sum.images), "", fmt::format("in {} s", Rounded(sum.time_s))},
      Throughput(sum, summary),
      Energy(trace, sum, summary),
      AboveCap(sum, summary),
      {"Changes", Grouped(sum.changes), "", "in " + Count(sum.windows, "window")},
      Settled(sum),
      MeanBatch(sum, summary),
      FinalSetting(trace, sum)};
  if (const auto failed = Told(summary, "failed_images").value_or(0); failed > 0) {
    tiles.push_back({"Failed", Rounded(failed), "", "files that could not be used"});
  }
  if (const auto wait = Told(summary, "input_wait_s")) {
    tiles.push_back({"Input wait", Rounded(*wait), "s", "real time without decoded images"});
  }
  return tiles;
}

}  // namespace batchsizer::record
