// batchsizer devices: what is on this machine, and what is missing.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/terminal.h"
#include "control/power/open.h"
#include "flow/engine/onnxruntime/library.h"
#include "sim/device/known_devices.h"

namespace batchsizer::cli {
namespace {

using nlohmann::ordered_json;

ordered_json MeterToJson(const power::MeterStatus& meter) {
  ordered_json row{{"meter", meter.spec}, {"usable", meter.usable}};
  if (meter.info) {
    row["name"] = meter.info->name;
    row["estimated"] = meter.info->source == PowerSource::kEstimated;
    row["period_s"] = ToSeconds(meter.info->period);
    if (meter.info->max_power) row["max_power_w"] = meter.info->max_power->value();
  }
  row["note"] = meter.note;
  return row;
}

ordered_json Accelerators() {
  ordered_json rows = ordered_json::array();
  const auto& library = flow::LoadOnnxRuntime();
  rows.push_back({{"device", "cpu"},
                  {"usable", library.has_value()},
                  {"note", library ? "" : library.error().message}});
  for (const auto name : sim::KnownDevices()) {
    rows.push_back({{"device", fmt::format("emulated:{}", name)},
                    {"usable", true},
                    {"note", "time and power are emulated; outputs are computed on the CPU"}});
  }
  rows.push_back({{"device", "emulated:curve=FILE"},
                  {"usable", true},
                  {"note", "time and power from a measured curve"}});
  return rows;
}

ordered_json Survey() {
  ordered_json meters = ordered_json::array();
  for (const auto& meter : power::ListMeters()) meters.push_back(MeterToJson(meter));
  ordered_json knobs = ordered_json::array();
  for (const auto& knob : power::ListClockKnobs()) {
    knobs.push_back({{"device", knob.device}, {"usable", knob.usable}, {"note", knob.note}});
  }
  return {{"accelerators", Accelerators()}, {"meters", meters}, {"clock_knobs", knobs}};
}

void PrintRows(std::string_view title, const ordered_json& rows, const char* key) {
  Print("{}\n", title);
  for (const auto& row : rows) {
    std::string facts;
    if (row.contains("name")) facts += fmt::format("  {}", row["name"].get<std::string>());
    if (row.contains("period_s")) {
      facts += fmt::format(", every {:.0f} ms", 1000 * row["period_s"].get<double>());
    }
    if (row.contains("max_power_w")) {
      facts += fmt::format(", up to {:.4g} W", row["max_power_w"].get<double>());
    }
    const auto note = row["note"].get<std::string>();
    Print("  {:<22} {:<4}{}{}{}\n", row[key].get<std::string>(),
          row["usable"].get<bool>() ? "yes" : "no", facts, note.empty() ? "" : "  ", note);
  }
}

int Devices(const GlobalOptions& global) {
  const ordered_json survey = Survey();
  if (global.json) {
    PrintJson(survey);
    return kDone;
  }
  PrintRows("accelerators (--device)", survey["accelerators"], "device");
  PrintRows("power meters (--meter)", survey["meters"], "meter");
  PrintRows("clock knobs", survey["clock_knobs"], "device");
  return kDone;
}

}  // namespace

void AddDevices(CLI::App& app, const GlobalOptions& global, int& exit_code) {
  auto* command = app.add_subcommand("devices", "What is on this machine, and what is missing");
  command->footer("Example:\n  batchsizer devices --json");
  command->callback([&global, &exit_code] { exit_code = Devices(global); });
}

}  // namespace batchsizer::cli
