#include "sim/experiment/paper_jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "batchsizer/policies.h"

namespace batchsizer::sim {
namespace {

constexpr std::array<std::string_view, 10> kNetworks{
    "inception-v1",  "inception-v2",   "inception-v3", "mobilenet-v1",  "mobilenet-v2",
    "nasnet-mobile", "pnasnet-mobile", "resnet-v2-50", "resnet-v2-101", "resnet-v2-152"};
constexpr std::array<double, 20> kCapsW{191, 123, 228, 195, 84,  159, 246, 143, 167, 218,
                                        125, 192, 165, 98,  208, 135, 136, 198, 236, 188};

constexpr std::array<PaperJob, kCapsW.size()> kJobs = [] {
  std::array<PaperJob, kCapsW.size()> jobs;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    jobs[i] = {.number = static_cast<int>(i) + 1,
               .network = kNetworks[i % kNetworks.size()],
               .dataset = i < kNetworks.size() ? "imagenet" : "caltech256",
               .power_cap = Watts(kCapsW[i])};
  }
  return jobs;
}();

tl::unexpected<Error> Invalid(std::string message) {
  return MakeError(ErrorCode::kInvalidInput, std::move(message));
}

Result<int> ParseJobNumber(std::string_view text) {
  const auto number = base::ParseInteger(text);
  if (!number) {
    return Invalid(fmt::format("'{}' is not a job's number; right would be 1,5,19 or 1..10",
                               base::Trim(text)));
  }
  const auto most = static_cast<long long>(kJobs.size());
  if (*number >= 1 && *number <= most) return static_cast<int>(*number);
  return Invalid(fmt::format("there is no job {}; the paper's are 1 to {}", *number, most));
}

// "3" or "3..7": marks the jobs meant.
Status Mark(std::string_view part, std::array<bool, kJobs.size()>& wanted) {
  const auto dots = part.find("..");
  const bool range = dots != std::string_view::npos;
  const bool open = range && (base::Trim(part.substr(0, dots)).empty() ||
                              base::Trim(part.substr(dots + 2)).empty());
  if (open) {
    return Invalid(fmt::format("'{}' is a range without an end; right would be 1..{}",
                               base::Trim(part), kJobs.size()));
  }
  const auto first = ParseJobNumber(part.substr(0, dots));
  if (!first) return tl::unexpected<Error>(first.error());
  const auto last = range ? ParseJobNumber(part.substr(dots + 2)) : first;
  if (!last) return tl::unexpected<Error>(last.error());
  if (*last < *first) {
    return Invalid(fmt::format("'{}' ends before it begins; right would be {}..{}",
                               base::Trim(part), *last, *first));
  }
  for (int number = *first; number <= *last; ++number) {
    wanted.at(static_cast<std::size_t>(number - 1)) = true;
  }
  return {};
}

bool IsKnown(std::string_view policy) {
  const auto names = PolicyNames();
  return std::find(names.begin(), names.end(), policy) != names.end();
}

tl::unexpected<Error> UnknownPolicy(std::string_view name) {
  const auto names = PolicyNames();
  const auto nearest = base::Nearest(name, names);
  return Invalid(fmt::format("policy '{}' is not known{}; known: {}", name,
                             nearest ? fmt::format(", did you mean '{}'?", *nearest) : "",
                             fmt::join(names, ", ")));
}

}  // namespace

std::span<const PaperJob> PaperJobs() { return kJobs; }

std::string_view TitleOfDataset(std::string_view dataset) {
  return dataset == "imagenet" ? "ImageNet" : "Caltech256";
}

Result<std::vector<PaperJob>> ParseJobs(std::string_view text) {
  if (base::Trim(text) == "all") return std::vector<PaperJob>(kJobs.begin(), kJobs.end());
  std::array<bool, kJobs.size()> wanted{};
  for (const auto part : base::Split(text, ',')) {
    if (auto ok = Mark(part, wanted); !ok) return tl::unexpected<Error>(ok.error());
  }
  std::vector<PaperJob> jobs;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted.at(i)) jobs.push_back(kJobs.at(i));
  }
  return jobs;
}

Result<std::vector<std::string>> ParsePolicies(std::string_view text) {
  if (base::Trim(text) == "all") return PoliciesToCompare();
  std::vector<std::string> policies;
  for (const auto part : base::Split(text, ',')) {
    const std::string name(base::Trim(part));
    if (!IsKnown(name)) return UnknownPolicy(name);
    if (std::find(policies.begin(), policies.end(), name) == policies.end()) {
      policies.push_back(name);
    }
  }
  return policies;
}

std::vector<std::string> PoliciesToCompare() {
  std::vector<std::string> policies{"paper", "dvfs"};
  for (const std::string_view name : PolicyNames()) {
    const bool there = std::find(policies.begin(), policies.end(), name) != policies.end();
    if (!there && name != "fixed" && name != "paper-text") policies.emplace_back(name);
  }
  return policies;
}

}  // namespace batchsizer::sim
