#include "sim/device/device_description.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"

namespace batchsizer::sim {
namespace {

// What a constant may be.
enum class Range { kPositive, kNotNegative, kShare, kTime };

// Of whatever unit; far above anything that is built.
constexpr double kMostOfAny = 1e9;
// Milliseconds or microseconds: that of the largest batch still fits into a Duration.
constexpr double kMostTime = 100'000;

bool Holds(Range range, double value) {
  if (!std::isfinite(value) || value < 0) return false;
  if (range == Range::kNotNegative) return value <= kMostOfAny;
  if (range == Range::kTime) return value <= kMostTime;
  return value > 0 && value <= (range == Range::kShare ? 1 : kMostOfAny);
}

std::string_view Wanted(Range range) {
  switch (range) {
    case Range::kPositive:
      return "a number above 0 (and at most 1e9)";
    case Range::kNotNegative:
      return "0 or a number above (at most 1e9)";
    case Range::kShare:
      return "a share above 0 and up to 1";
    case Range::kTime:
      return "from 0 to 100000";
  }
  return "";
}

// Takes constants out of the file and keeps the first thing that was wrong, so
// that the callers below read as the list of what a file must hold.
class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) {}

  [[nodiscard]] const std::optional<Error>& FirstError() const { return error_; }

  void Fail(const toml::node& at, std::string_view what) {
    const auto line = at.source().begin.line;
    if (!error_) {
      error_ = Error{ErrorCode::kInvalidInput, fmt::format("{}:{}: {}", file_, line, what)};
    }
  }

  // Null, with the error kept, where there is no such table.
  const toml::table* Table(const toml::table& root, const std::string& key) {
    const toml::node* node = Find(root, key, key);
    if (node == nullptr) return nullptr;
    if (!node->is_table()) Fail(*node, fmt::format("{} must be a table, [{}]", key, key));
    return node->as_table();
  }

  // 0, with the error kept, where there is no such number.
  double Number(const toml::table& table, std::string_view room, std::string_view key,
                Range range) {
    const std::string name = room.empty() ? std::string(key) : fmt::format("{}.{}", room, key);
    const toml::node* node = Find(table, key, name);
    return node == nullptr ? 0 : NumberOf(*node, name, range);
  }

  double NumberOf(const toml::node& node, std::string_view name, Range range) {
    const auto value = node.is_number() ? node.value<double>() : std::nullopt;
    if (!value) Fail(node, fmt::format("{} must be {}", name, Wanted(range)));
    if (value && !Holds(range, *value)) {
      Fail(node, fmt::format("{} is {}, it must be {}", name, *value, Wanted(range)));
    }
    return value.value_or(0);
  }

  std::string Text(const toml::table& table, const std::string& key, std::string_view room = {}) {
    const std::string name = room.empty() ? key : fmt::format("{}.{}", room, key);
    const toml::node* node = Find(table, key, name);
    if (node == nullptr) return {};
    const auto text = node->is_string() ? node->value<std::string>() : std::nullopt;
    if (!text || text->empty()) Fail(*node, fmt::format("{} must be a text in quotes", name));
    return text.value_or("");
  }

  bool Bool(const toml::table& table, std::string_view room, std::string_view key) {
    const std::string name = fmt::format("{}.{}", room, key);
    const toml::node* node = Find(table, key, name);
    if (node != nullptr && !node->is_boolean()) {
      Fail(*node, fmt::format("{} must be true or false", name));
    }
    return node != nullptr && node->value<bool>().value_or(false);
  }

  const toml::node* Find(const toml::table& table, std::string_view key, std::string_view name) {
    const toml::node* node = table.get(key);
    if (node == nullptr) Fail(table, fmt::format("{} is missing", name));
    MarkRead(node);
    return node;
  }

  void MarkRead(const toml::node* node) { read_.insert(node); }

  // A key that nothing has read is misspelt, or of another version.
  void RefuseUnread(const toml::table& table, const std::string& room = {}) {
    for (const auto& [key, node] : table) {
      const std::string name = room.empty() ? std::string(key.str()) : room + "." + key.data();
      if (!read_.contains(&node))
        Fail(node, fmt::format("{} is not a constant that is known", name));
      if (node.is_table()) RefuseUnread(*node.as_table(), name);
      if (!node.is_array()) continue;
      for (const toml::node& element : *node.as_array()) {
        if (element.is_table()) RefuseUnread(*element.as_table(), name);
      }
    }
  }

 private:
  std::string_view file_;
  std::optional<Error> error_;
  std::set<const toml::node*> read_;
};

void ReadCompute(Reader& reader, const toml::table& root, ComputeConstants& out) {
  const toml::table* table = reader.Table(root, "compute");
  if (table == nullptr) return;
  const auto number = [&](std::string_view key, Range range) {
    return reader.Number(*table, "compute", key, range);
  };
  out.cores = number("cores", Range::kPositive);
  out.flops_per_core_per_cycle = number("flops_per_core_per_cycle", Range::kPositive);
  out.efficiency = number("efficiency", Range::kShare);
  out.half_efficiency_depth = number("half_efficiency_depth", Range::kNotNegative);
  out.half_occupancy_outputs = number("half_occupancy_outputs", Range::kNotNegative);
}

void ReadMemory(Reader& reader, const toml::table& root, MemoryConstants& out) {
  const toml::table* table = reader.Table(root, "memory");
  if (table == nullptr) return;
  out.bandwidth_gb_per_s = reader.Number(*table, "memory", "bandwidth_gb_per_s", Range::kPositive);
  out.efficiency = reader.Number(*table, "memory", "efficiency", Range::kShare);
  out.size_gb = reader.Number(*table, "memory", "size_gb", Range::kPositive);
  out.cache_mb = reader.Number(*table, "memory", "cache_mb", Range::kNotNegative);
}

void ReadHost(Reader& reader, const toml::table& table, const std::string& room,
              HostConstants& out) {
  const auto number = [&](std::string_view key) {
    return reader.Number(table, room, key, Range::kTime);
  };
  out.title = reader.Text(table, "title", room);
  out.per_layer_us = number("per_layer_us");
  out.per_batch_us = number("per_batch_us");
  out.overlapped = reader.Bool(table, room, "overlapped");
  out.per_image_ms = number("per_image_ms");
  out.per_megapixel_ms = number("per_megapixel_ms");
  out.per_kib_ms = number("per_kib_ms");
}

void ReadHosts(Reader& reader, const toml::table& root, DeviceDescription& out) {
  const toml::table* hosts = reader.Table(root, "hosts");
  if (hosts == nullptr) return;
  for (const auto& [key, node] : *hosts) {
    const std::string name(key.str());
    const std::string room = "hosts." + name;
    reader.MarkRead(&node);
    if (!node.is_table()) {
      reader.Fail(node, fmt::format("{} must be a table, [{}]", room, room));
      return;
    }
    ReadHost(reader, *node.as_table(), room, out.hosts[name]);
  }
  if (!out.hosts.contains(kNativeHost)) {
    reader.Fail(*hosts, "hosts.native is missing: the host that prepares images ahead");
  }
}

// Leakage may not heat the board faster than it cools: power would grow without end.
void CheckStable(Reader& reader, const toml::table& table, const ThermalConstants& thermal) {
  const double gain = thermal.leakage_w_per_k * thermal.resistance_k_per_w;
  if (gain < 1) return;
  reader.Fail(table, fmt::format("thermal: leakage_w_per_k x resistance_k_per_w is {}, it must be "
                                 "below 1, or the board would heat itself without end",
                                 gain));
}

void ReadThermal(Reader& reader, const toml::table& root, ThermalConstants& out) {
  const toml::table* table = reader.Table(root, "thermal");
  if (table == nullptr) return;
  const auto number = [&](std::string_view key, Range range) {
    return reader.Number(*table, "thermal", key, range);
  };
  out.ambient_c = number("ambient_c", Range::kNotNegative);
  out.reference_c = number("reference_c", Range::kNotNegative);
  out.resistance_k_per_w = number("resistance_k_per_w", Range::kNotNegative);
  out.time_constant_s = number("time_constant_s", Range::kPositive);
  out.leakage_w_per_k = number("leakage_w_per_k", Range::kNotNegative);
  CheckStable(reader, *table, out);
}

void ReadPower(Reader& reader, const toml::table& root, PowerConstants& out) {
  const toml::table* table = reader.Table(root, "power");
  if (table == nullptr) return;
  const auto number = [&](std::string_view key, Range range) {
    return reader.Number(*table, "power", key, range);
  };
  out.active_w = number("active_w", Range::kNotNegative);
  out.arithmetic_w = number("arithmetic_w", Range::kNotNegative);
  out.memory_w = number("memory_w", Range::kNotNegative);
  out.max_w = number("max_w", Range::kPositive);
  out.spike_share = number("spike_share", Range::kNotNegative);
  out.spike_ms = number("spike_ms", Range::kTime);
}

void ReadSensor(Reader& reader, const toml::table& root, SensorConstants& out) {
  const toml::table* table = reader.Table(root, "sensor");
  if (table == nullptr) return;
  // A faster sensor would have more readings than a run can keep.
  constexpr double kShortestPeriod = 0.01;
  const auto number = [&](std::string_view key) {
    return reader.Number(*table, "sensor", key, Range::kTime);
  };
  out.period_ms = number("period_ms");
  out.window_ms = number("window_ms");
  out.utilisation_window_ms = number("utilisation_window_ms");
  if (out.utilisation_window_ms < kShortestPeriod) {
    reader.Fail(*table, fmt::format("sensor.utilisation_window_ms is {}, it must be at least {}",
                                    out.utilisation_window_ms, kShortestPeriod));
  }
  if (out.period_ms > 0 && out.period_ms < kShortestPeriod) {
    reader.Fail(*table, fmt::format("sensor.period_ms is {}, it must be 0, for one reading a "
                                    "batch, or at least {}",
                                    out.period_ms, kShortestPeriod));
  }
  if (out.window_ms > out.period_ms) {
    reader.Fail(*table, fmt::format("sensor.window_ms is {}, it must be at most period_ms, {}",
                                    out.window_ms, out.period_ms));
  }
}

// Clocks must ascend, and voltage may not fall as they do.
void CheckRising(Reader& reader, const toml::node& at, const ClockPoint& below,
                 const ClockPoint& point) {
  if (point.clock <= below.clock) {
    reader.Fail(at, fmt::format("clocks.points: {} MHz after {} MHz, clocks must ascend",
                                point.clock.value(), below.clock.value()));
  } else if (point.relative_voltage < below.relative_voltage) {
    reader.Fail(at, fmt::format("clocks.points: relative_voltage falls from {} at {} MHz to {} at "
                                "{} MHz, it may only rise with the clock",
                                below.relative_voltage, below.clock.value(), point.relative_voltage,
                                point.clock.value()));
  }
}

void ReadClockPoint(Reader& reader, const toml::node& node, std::vector<ClockPoint>& points) {
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    reader.Fail(node, "clocks.points: each must be {mhz = .., relative_voltage = .., idle_w = ..}");
    return;
  }
  ClockPoint point;
  point.clock = Megahertz(reader.Number(*table, "clocks.points", "mhz", Range::kPositive));
  point.relative_voltage =
      reader.Number(*table, "clocks.points", "relative_voltage", Range::kPositive);
  point.idle_power = Watts(reader.Number(*table, "clocks.points", "idle_w", Range::kNotNegative));
  if (!points.empty()) CheckRising(reader, node, points.back(), point);
  points.push_back(point);
}

void ReadClocks(Reader& reader, const toml::table& root, DeviceDescription& out) {
  const toml::table* table = reader.Table(root, "clocks");
  if (table == nullptr) return;
  const toml::node* node = reader.Find(*table, "points", "clocks.points");
  if (node == nullptr) return;
  const toml::array* points = node->as_array();
  if (points == nullptr || points->empty()) {
    reader.Fail(*node, "clocks.points must be an array with at least one clock");
    return;
  }
  for (const toml::node& point : *points) ReadClockPoint(reader, point, out.clocks);
  out.default_clock = Megahertz(reader.Number(*table, "clocks", "default_mhz", Range::kPositive));
  for (const ClockPoint& point : out.clocks) {
    if (point.clock == out.default_clock) return;
  }
  reader.Fail(*table, fmt::format("clocks.default_mhz is {}, it must be one of clocks.points",
                                  out.default_clock.value()));
}

// Whatever the clock, something must be left for work; shares of power are of that.
void CheckPower(Reader& reader, const toml::table& root, const DeviceDescription& device) {
  constexpr double kMostSpike = 10;
  if (device.power.spike_share > kMostSpike) {
    reader.Fail(root, fmt::format("power.spike_share is {}, it must be at most {}",
                                  device.power.spike_share, kMostSpike));
  }
  for (const ClockPoint& point : device.clocks) {
    if (point.idle_power.value() < device.power.max_w) continue;
    reader.Fail(root,
                fmt::format("clocks.points: idle_w is {} at {} MHz, it must be below "
                            "power.max_w, {}",
                            point.idle_power.value(), point.clock.value(), device.power.max_w));
  }
  if (!device.clocks.empty() && device.clocks.front().relative_voltage != 1) {
    reader.Fail(root, fmt::format("clocks.points: relative_voltage is {} at the lowest clock, it "
                                  "must be 1 there: it is relative to that",
                                  device.clocks.front().relative_voltage));
  }
}

void ReadLargestBatch(Reader& reader, const toml::table& root, DeviceDescription& out) {
  constexpr double kMost = 65536;
  const double value = reader.Number(root, "", "largest_batch", Range::kPositive);
  if (value > kMost || value != std::floor(value)) {
    reader.Fail(
        *root.get("largest_batch"),
        fmt::format("largest_batch is {}, it must be a whole number up to {}", value, kMost));
    return;
  }
  out.largest_batch = BatchSize(static_cast<int>(value));
}

Result<DeviceDescription> ReadDescription(const toml::table& root, std::string_view file) {
  Reader reader(file);
  DeviceDescription out;
  out.name = reader.Text(root, "name");
  out.title = reader.Text(root, "title");
  ReadLargestBatch(reader, root, out);
  ReadCompute(reader, root, out.compute);
  ReadMemory(reader, root, out.memory);
  ReadHosts(reader, root, out);
  ReadClocks(reader, root, out);
  ReadPower(reader, root, out.power);
  ReadThermal(reader, root, out.thermal);
  ReadSensor(reader, root, out.sensor);
  CheckPower(reader, root, out);
  reader.RefuseUnread(root);
  if (reader.FirstError()) return tl::unexpected<Error>(*reader.FirstError());
  return out;
}

}  // namespace

Result<DeviceDescription> ParseDevice(std::string_view text, std::string_view file) {
  try {
    return ReadDescription(toml::parse(text, file), file);
  } catch (const toml::parse_error& error) {
    return MakeError(
        ErrorCode::kInvalidInput,
        fmt::format("{}:{}: not TOML: {}", file, error.source().begin.line, error.description()));
  }
}

Result<DeviceDescription> LoadDeviceFile(const std::string& path) {
  const auto text = base::ReadFile(path);
  if (!text) return tl::unexpected<Error>(text.error());
  return ParseDevice(*text, path);
}

}  // namespace batchsizer::sim
