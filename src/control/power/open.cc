#include "control/power/open.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "control/power/hwmon/hwmon.h"
#include "control/power/rapl/rapl.h"
#include "control/power/replay/replay.h"

namespace batchsizer::power {
namespace {

using MeterResult = Result<std::unique_ptr<PowerMeter>>;

// A spec is kind, or kind:argument.
struct Request {
  std::string_view spec;
  std::optional<std::string_view> argument;
  const Clock& clock;
  const Machine& machine;
};

tl::unexpected<Error> BadSpec(const Request& request, std::string_view needed) {
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("power meter '{}': {}", request.spec, needed));
}

MeterResult OpenEstimateSpec(const Request& request) {
  EstimateOptions options;
  options.cpu_time = request.machine.cpu_time;
  if (!request.argument) return OpenEstimate(request.clock, std::move(options));
  const auto cells = base::Split(*request.argument, ',');
  const auto idle_w = base::ParseNumber(cells.front());
  const auto max_w = base::ParseNumber(cells.back());
  if (cells.size() != 2 || !idle_w || !max_w) {
    return BadSpec(request, "estimate:IDLE_W,MAX_W is needed, such as estimate:10,65");
  }
  options.idle = Watts(*idle_w);
  options.max = Watts(*max_w);
  return OpenEstimate(request.clock, std::move(options));
}

MeterResult OpenHwmonSpec(const Request& request) {
  const std::string_view argument = request.argument.value_or("");
  if (request.argument && argument.empty()) {
    return BadSpec(request, "a chip is needed after the colon, such as hwmon:amdgpu");
  }
  const auto slash = argument.find('/');
  HwmonOptions options;
  options.root = request.machine.hwmon_root;
  options.chip = argument.substr(0, slash);
  if (slash != std::string_view::npos) options.label = argument.substr(slash + 1);
  options.open = request.machine.open;
  return OpenHwmon(request.clock, options);
}

MeterResult OpenRaplSpec(const Request& request) {
  if (request.argument) return BadSpec(request, "rapl takes nothing after it");
  RaplOptions options;
  options.root = request.machine.powercap_root;
  options.open = request.machine.open;
  return OpenRapl(request.clock, options);
}

MeterResult OpenAutoSpec(const Request& request) {
  if (request.argument) return BadSpec(request, "auto takes nothing after it");
  if (auto rapl = OpenRaplSpec(request)) return rapl;
  for (const HwmonChip& chip : FindHwmonChips(request.machine.hwmon_root)) {
    if (!MeasuresProcessor(chip)) continue;
    Request one_chip = request;
    one_chip.argument = chip.folder;
    if (auto hwmon = OpenHwmonSpec(one_chip)) return hwmon;
  }
  return OpenEstimateSpec(request);
}

MeterResult OpenReplayAs(const Request& request, const ReplayOptions& options) {
  if (request.argument.value_or("").empty()) {
    return BadSpec(request, "a file is needed after the colon, such as replay:power.csv");
  }
  return OpenReplay(request.clock, std::string(*request.argument), options);
}

MeterResult OpenReplaySpec(const Request& request) { return OpenReplayAs(request, {false}); }
MeterResult OpenReplayLoopSpec(const Request& request) { return OpenReplayAs(request, {true}); }

struct Kind {
  std::string_view name;
  MeterResult (*open)(const Request&);
};

constexpr std::array<Kind, 6> kKinds{{{"auto", OpenAutoSpec},
                                      {"rapl", OpenRaplSpec},
                                      {"hwmon", OpenHwmonSpec},
                                      {"estimate", OpenEstimateSpec},
                                      {"replay", OpenReplaySpec},
                                      {"replay-loop", OpenReplayLoopSpec}}};

tl::unexpected<Error> UnknownKind(const Request& request, std::string_view kind) {
  std::array<std::string_view, kKinds.size()> names;
  std::transform(kKinds.begin(), kKinds.end(), names.begin(), [](const Kind& k) { return k.name; });
  const auto nearest = base::Nearest(kind, names);
  return BadSpec(request, fmt::format("no such kind; {}there are auto, rapl, hwmon[:CHIP[/LABEL]], "
                                      "estimate[:IDLE_W,MAX_W], replay:FILE and replay-loop:FILE",
                                      nearest ? fmt::format("did you mean '{}'? ", *nearest) : ""));
}

}  // namespace

MeterResult OpenPowerMeter(std::string_view spec, const Clock& clock, const Machine& machine) {
  const auto colon = spec.find(':');
  const std::string_view kind = spec.substr(0, colon);
  Request request{spec, std::nullopt, clock, machine};
  if (colon != std::string_view::npos) request.argument = spec.substr(colon + 1);
  for (const Kind& known : kKinds) {
    if (known.name == kind) return known.open(request);
  }
  return UnknownKind(request, kind);
}

}  // namespace batchsizer::power
