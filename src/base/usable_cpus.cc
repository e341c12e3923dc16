#include "base/usable_cpus.h"

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>
#include <thread>

#include "base/text.h"

namespace batchsizer::base {
namespace {

namespace fs = std::filesystem;

struct FreeCpuSet {
  void operator()(cpu_set_t* set) const { CPU_FREE(set); }
};

// A machine may have more CPUs than the fixed cpu_set_t holds.
std::optional<int> CpusOfAffinity() {
  for (std::size_t cpus = 1024; cpus <= std::size_t{1} << 20U; cpus *= 2) {
    const std::unique_ptr<cpu_set_t, FreeCpuSet> set(CPU_ALLOC(cpus));
    if (set == nullptr) return std::nullopt;
    const std::size_t bytes = CPU_ALLOC_SIZE(cpus);
    if (sched_getaffinity(0, bytes, set.get()) == 0) return CPU_COUNT_S(bytes, set.get());
    if (errno != EINVAL) return std::nullopt;
  }
  return std::nullopt;
}

std::optional<double> Quotient(std::string_view quota, std::string_view period) {
  const auto amount = ParseNumber(quota);  // "max" and -1: no limit
  const auto length = ParseNumber(period);
  if (!amount || !length || *amount <= 0 || *length <= 0) return std::nullopt;
  return *amount / *length;
}

std::optional<double> QuotaOfVersion2(const fs::path& group) {
  const auto text = ReadFile(group / "cpu.max");
  if (!text) return std::nullopt;
  const auto words = Split(Trim(*text), ' ');  // "200000 100000"
  return words.size() == 2 ? Quotient(words[0], words[1]) : std::nullopt;
}

std::optional<double> QuotaOfVersion1(const fs::path& group) {
  const auto quota = ReadFile(group / "cpu.cfs_quota_us");
  const auto period = ReadFile(group / "cpu.cfs_period_us");
  return quota && period ? Quotient(*quota, *period) : std::nullopt;
}

// From the process's group up to the mount point. In a container the path may be
// the host's, of which only the mount point is to be seen here: what is not
// there is passed over.
template <typename QuotaOf>
double SmallestQuota(const fs::path& mount, std::string_view group, QuotaOf quota_of) {
  double smallest = std::numeric_limits<double>::infinity();
  for (fs::path below = fs::path(group).relative_path();; below = below.parent_path()) {
    smallest = std::min(smallest, quota_of(mount / below).value_or(smallest));
    if (below.empty()) return smallest;
  }
}

bool HasCpu(std::string_view controllers) {
  const auto names = Split(controllers, ',');
  return std::find(names.begin(), names.end(), "cpu") != names.end();
}

// line: "0::/path" (version 2) or "4:cpu,cpuacct:/path" (version 1).
double QuotaOfLine(const fs::path& mounts, std::string_view line) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  const auto first = line.find(':');
  const auto second = line.find(':', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return kNone;
  const auto controllers = line.substr(first + 1, second - first - 1);
  const auto group = line.substr(second + 1);
  if (controllers.empty()) return SmallestQuota(mounts, group, QuotaOfVersion2);
  return HasCpu(controllers) ? SmallestQuota(mounts / "cpu", group, QuotaOfVersion1) : kNone;
}

}  // namespace

std::optional<int> CpuQuota(const std::string& root) {
  const auto groups = ReadFile(fs::path(root) / "proc/self/cgroup");
  if (!groups) return std::nullopt;
  double smallest = std::numeric_limits<double>::infinity();
  for (const std::string_view line : Split(*groups, '\n')) {
    smallest = std::min(smallest, QuotaOfLine(fs::path(root) / "sys/fs/cgroup", line));
  }
  if (smallest > std::numeric_limits<int>::max()) return std::nullopt;
  return std::max(1, static_cast<int>(std::ceil(smallest)));
}

int UsableCpus() {
  const int cpus = CpusOfAffinity().value_or(static_cast<int>(std::thread::hardware_concurrency()));
  return std::max(1, std::min(cpus, CpuQuota("/").value_or(cpus)));
}

}  // namespace batchsizer::base
