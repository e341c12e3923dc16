#include "control/power/rapl/rapl.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"

namespace batchsizer::power {
namespace {

// A 32-bit counter of 15 microjoules holds 65 kJ: at 1 kW that is 65 s.
constexpr Duration kLongestGap = std::chrono::seconds(60);
constexpr double kJoulesPerMicrojoule = 1e-6;
constexpr double kWattsPerMicrowatt = 1e-6;
// Boards that lift the short-term limit state 4095 W: no limit, so no maximum.
constexpr double kHighestBoost = 5;

struct Package {
  std::string name;
  SysfsFile energy;
  std::optional<double> range_uj;      // where the counter wraps around
  std::optional<double> max_power_uw;  // the most it can draw, where known
  double base_uj = 0;                  // the counter where the next reading starts from
  double now_uj = 0;
};

// What the counter advanced by; nullopt when it went back and has no known range.
std::optional<double> Advance(const Package& package) {
  const double difference = package.now_uj - package.base_uj;
  if (difference >= 0) return difference;
  if (!package.range_uj) return std::nullopt;
  return difference + *package.range_uj;
}

class RaplMeter final : public PowerMeter {
 public:
  RaplMeter(const Clock& clock, std::vector<Package> packages, MeterInfo info)
      : clock_(clock),
        packages_(std::move(packages)),
        info_(std::move(info)),
        polled_(clock.Now()),
        base_time_(polled_) {}

  [[nodiscard]] const MeterInfo& Info() const override { return info_; }

  std::size_t Drain(std::span<PowerReading> out) override {
    const TimePoint now = clock_.Now();
    if (out.empty() || now - polled_ < info_.period) return 0;
    polled_ = now;
    const std::optional<Watts> power = Poll(now);
    if (!power) return 0;
    out.front() = {now, *power};
    return 1;
  }

 private:
  std::optional<Watts> Poll(TimePoint now) {
    bool garbage = false;
    for (Package& package : packages_) {
      const std::optional<double> value_uj = package.energy.Read();
      if (!value_uj) return std::nullopt;
      garbage = garbage || std::isnan(*value_uj);
      package.now_uj = *value_uj;
    }
    if (garbage) return Watts(std::numeric_limits<double>::quiet_NaN());
    const Duration elapsed = now - std::exchange(base_time_, now);
    const std::optional<Joules> energy = TakeEnergy();
    if (!energy || elapsed > kLongestGap) return std::nullopt;
    return *energy / elapsed;
  }

  // The energy since the baseline, which moves to now in any case.
  std::optional<Joules> TakeEnergy() {
    double sum_uj = 0;
    bool known = true;
    for (Package& package : packages_) {
      const std::optional<double> advance_uj = Advance(package);
      known = known && advance_uj.has_value();
      sum_uj += advance_uj.value_or(0);
      package.base_uj = package.now_uj;
    }
    if (!known) return std::nullopt;
    return Joules(sum_uj * kJoulesPerMicrojoule);
  }

  const Clock& clock_;
  std::vector<Package> packages_;
  const MeterInfo info_;
  TimePoint polled_;     // the last poll, good or not
  TimePoint base_time_;  // when the baseline was read
};

tl::unexpected<Error> ExplainOpenError(const Error& error, const std::string& root) {
  if (error.code != ErrorCode::kPermissionDenied) return tl::unexpected<Error>(error);
  return MakeError(
      error.code,
      fmt::format("{}; since CVE-2020-8694 only root may read energy counters: run `sudo chmod a+r "
                  "{}/intel-rapl:*/energy_uj` (until the next boot), or install the udev rule of "
                  "docs/meters.md",
                  error.message, root));
}

// The rated power, or the short-term limit above it up to which the processor
// may boost: a laptop's 15 W processor draws 50 W for seconds, and that is no
// broken sensor. A rated power of 0 means "unknown" on some processors.
std::optional<double> MaxPowerMicrowatts(const std::string& folder) {
  const double rated_uw = ReadSysfsNumber(folder + "/constraint_0_max_power_uw").value_or(0);
  if (rated_uw <= 0) return std::nullopt;
  const double boost_uw = ReadSysfsNumber(folder + "/constraint_1_power_limit_uw").value_or(0);
  return boost_uw <= kHighestBoost * rated_uw ? std::max(rated_uw, boost_uw) : rated_uw;
}

Result<Package> OpenPackage(const std::string& folder, std::string name,
                            const RaplOptions& options) {
  const std::string energy_path = folder + "/energy_uj";
  auto energy = SysfsFile::Open(energy_path, options.open);
  if (!energy) return ExplainOpenError(energy.error(), options.root);
  const std::optional<double> base_uj = energy->Read();
  if (!base_uj || std::isnan(*base_uj)) {
    return MakeError(ErrorCode::kIo,
                     fmt::format("{}: gives no number, microjoules are needed", energy_path));
  }
  return Package{std::move(name),
                 std::move(*energy),
                 ReadSysfsNumber(folder + "/max_energy_range_uj"),
                 MaxPowerMicrowatts(folder),
                 *base_uj,
                 *base_uj};
}

std::string JoinedName(const std::vector<Package>& packages) {
  std::string name = "rapl:";
  for (const Package& package : packages) {
    name += (&package == &packages.front() ? "" : "+") + package.name;
  }
  return name;
}

std::optional<Watts> SummedMaximum(const std::vector<Package>& packages) {
  double sum_uw = 0;
  for (const Package& package : packages) {
    if (!package.max_power_uw) return std::nullopt;
    sum_uw += *package.max_power_uw;
  }
  return Watts(sum_uw * kWattsPerMicrowatt);
}

Result<std::vector<Package>> OpenPackages(const RaplOptions& options) {
  std::vector<Package> packages;
  for (const std::string& entry : EntriesOf(options.root, "intel-rapl:")) {
    const std::string folder = options.root + "/" + entry;
    const std::string name = ReadSysfsText(folder + "/name").value_or("");
    if (!name.starts_with("package-")) continue;  // core, uncore, dram, psys: parts, or more
    auto package = OpenPackage(folder, name, options);
    if (!package) return tl::unexpected<Error>(package.error());
    packages.push_back(std::move(*package));
  }
  return packages;
}

}  // namespace

Result<std::unique_ptr<PowerMeter>> OpenRapl(const Clock& clock, const RaplOptions& options) {
  BATCHSIZER_CHECK(options.period > Duration::zero());
  auto packages = OpenPackages(options);
  if (!packages) return tl::unexpected<Error>(packages.error());
  if (packages->empty()) {
    return MakeError(
        ErrorCode::kUnavailable,
        fmt::format("{}: no intel-rapl:* of name package-*; virtual machines and many containers "
                    "have none; on bare metal try `sudo modprobe intel_rapl_msr`",
                    options.root));
  }
  MeterInfo info;
  info.name = JoinedName(*packages);
  info.source = PowerSource::kMeasured;
  info.period = options.period;
  info.averaging = options.period;  // the mean since the reading before
  info.max_power = SummedMaximum(*packages);
  return std::make_unique<RaplMeter>(clock, std::move(*packages), std::move(info));
}

}  // namespace batchsizer::power
