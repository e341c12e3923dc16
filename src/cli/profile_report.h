// What `profile` says and writes of the points that it measured.
//
// Thread safety: free functions without state.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "runtime/profiler.h"
#include "sim/curve.h"
#include "sim/device/utilisation.h"
#include "sim/power_trace.h"

namespace batchsizer::cli {

struct ProfiledPoint {
  runtime::MeasuredPoint measured;
  std::optional<sim::Utilisation> utilisation = {};  // emulated devices

  // What the curve has: the true peak where one is known, else the highest reading.
  [[nodiscard]] Watts power() const { return measured.true_peak.value_or(measured.peak); }
};

struct ProfileReport {
  std::string model;
  std::string device;
  bool emulated = false;
  std::string host;     // emulated: what feeds the device
  std::string dataset;  // and with what images; may be empty
  std::string meter;
  std::string power_kind;  // "power is measured"
  // A full grid: sizes ascending, within each all the clocks. May be empty.
  std::vector<ProfiledPoint> points = {};
  std::vector<BatchSize> missing = {};  // sizes that were asked for and are not in it
  std::string ended = {};               // why they are missing; empty when none is
};

// REQUIRES: there are points. A device whose clock cannot be set has the one clock
// kNoClock: a curve needs one.
[[nodiscard]] sim::Curve CurveOf(const ProfileReport& report);
inline constexpr Megahertz kNoClock{1};

// ", host paper, imagenet", as far as that is not the default.
[[nodiscard]] std::string HostText(const ProfileReport& report);
[[nodiscard]] std::string ToCsv(const ProfileReport& report);
[[nodiscard]] std::string ToText(const ProfileReport& report);
[[nodiscard]] nlohmann::ordered_json ToJson(const ProfileReport& report);
[[nodiscard]] std::string ToCsv(const std::vector<sim::PowerSample>& trace,
                                const std::string& comment);

}  // namespace batchsizer::cli
