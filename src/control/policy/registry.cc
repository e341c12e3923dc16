// The list of policies: names, validation, construction.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/text.h"
#include "batchsizer/policies.h"
#include "control/policy/batchsizer.h"
#include "control/policy/clock_search.h"
#include "control/policy/common.h"
#include "control/policy/fixed.h"
#include "control/policy/oracle.h"
#include "control/policy/paper.h"
#include "control/policy/saturation.h"

namespace batchsizer {
namespace {

struct Entry {
  std::string_view name;
  bool turns_batch_size;
  bool turns_clock;
  std::unique_ptr<Policy> (*make)(const PolicyOptions&);
};

std::unique_ptr<Policy> MakePaperText(const PolicyOptions& options) {
  PolicyOptions text = options;
  text.paper_variant = PaperVariant::kText;
  return policy::MakePaper(text);
}

constexpr std::array<Entry, 8> kPolicies{{
    {"fixed", false, false, policy::MakeFixed},
    {"paper", true, false, policy::MakePaper},
    {"paper-text", true, false, MakePaperText},
    {"dvfs", false, true, policy::MakeDvfs},
    {"pit", false, true, policy::MakePit},
    {"power-limit", false, true, policy::MakePowerLimit},
    {"batchsizer", true, false, policy::MakeBatchSizer},
    {"oracle", true, true, policy::MakeOracle},
}};

constexpr std::array<std::string_view, kPolicies.size()> kNames = [] {
  std::array<std::string_view, kPolicies.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kPolicies[i].name;
  return names;
}();

const Entry* Find(std::string_view name) {
  const auto at = std::find_if(kPolicies.begin(), kPolicies.end(),
                               [&](const Entry& entry) { return entry.name == name; });
  return at == kPolicies.end() ? nullptr : &*at;
}

std::string Hint(std::string_view word, std::span<const std::string_view> known) {
  const auto nearest = base::Nearest(word, known);
  if (nearest) return fmt::format("did you mean '{}'?", *nearest);
  return fmt::format("known: {}", fmt::join(known, ", "));
}

tl::unexpected<Error> Invalid(std::string message) {
  return MakeError(ErrorCode::kInvalidInput, std::move(message));
}

// Ascending by the element's order; which: how the option is called in messages.
template <typename T>
Status CheckAscending(std::span<const T> list, std::string_view which) {
  for (std::size_t i = 1; i < list.size(); ++i) {
    const auto before = list[i - 1].value();
    const auto here = list[i].value();
    if (before == here) return Invalid(fmt::format("{}: {} is there twice", which, here));
    if (before > here) {
      return Invalid(fmt::format("{}: {} comes after {}; the list must ascend, such as 1,2,4",
                                 which, here, before));
    }
  }
  return {};
}

Status CheckBatchSizes(const PolicyOptions& options) {
  const auto& sizes = options.batch_sizes;
  if (sizes.empty())
    return Invalid("batch sizes: the list is empty; give at least one, such as 1,2,4");
  for (const BatchSize size : sizes) {
    if (size.value() < 1) {
      return Invalid(
          fmt::format("batch sizes: {} is not a batch size; each must be 1 or more", size.value()));
    }
  }
  if (options.initial_index >= sizes.size()) {
    return Invalid(fmt::format("initial index {} is outside the {} batch sizes",
                               options.initial_index, sizes.size()));
  }
  return CheckAscending<BatchSize>(sizes, "batch sizes");
}

Status CheckNumbers(const PolicyOptions& options) {
  if (!(options.alpha > 0 && options.alpha <= 1)) {
    return Invalid(
        fmt::format("alpha: {} is outside 0 < alpha <= 1 (the paper uses 0.8)", options.alpha));
  }
  if (auto ok = CheckAscending<Megahertz>(options.clocks, "clocks"); !ok) return ok;
  const auto& clocks = options.clocks;
  const auto& start = options.start_clock;
  if (start && !clocks.empty() && std::find(clocks.begin(), clocks.end(), *start) == clocks.end()) {
    std::vector<double> known;
    known.reserve(clocks.size());
    for (const Megahertz clock : clocks) known.push_back(clock.value());
    return Invalid(fmt::format("clock: {} MHz is not one of the device's: {}", start->value(),
                               fmt::join(known, ", ")));
  }
  const auto& fixed = options.fixed_batch_size;
  if (fixed && fixed->value() < 1) {
    return Invalid(
        fmt::format("batch: {} is not a batch size; it must be 1 or more", fixed->value()));
  }
  return {};
}

// Fills in what the caller left open; see PolicyOptions.
PolicyOptions WithDefaults(PolicyOptions options, const Entry& entry) {
  constexpr BatchSize kPaperBaseline{16};
  const std::span<const BatchSize> sizes = options.batch_sizes;
  if (!options.fixed_batch_size) {
    const bool largest = entry.name == "power-limit";
    options.fixed_batch_size =
        largest ? sizes.back() : sizes[policy::IndexAtMost<BatchSize>(sizes, kPaperBaseline)];
  }
  if (!options.start_clock && !entry.turns_clock && !options.clocks.empty()) {
    options.start_clock = options.clocks.back();
  }
  return options;
}

}  // namespace

Result<std::unique_ptr<Policy>> MakePolicy(const PolicyOptions& options) {
  const Entry* entry = Find(options.name);
  if (entry == nullptr) {
    return Invalid(
        fmt::format("policy '{}' is not known; {}", options.name, Hint(options.name, kNames)));
  }
  if (auto ok = CheckBatchSizes(options); !ok) return tl::unexpected(ok.error());
  if (auto ok = CheckNumbers(options); !ok) return tl::unexpected(ok.error());
  const bool oracle = entry->name == "oracle";
  if (entry->turns_clock && !oracle && options.clocks.empty()) {
    return MakeError(ErrorCode::kUnsupported,
                     fmt::format("policy '{}' turns the clock, but this device's clock cannot be "
                                 "set; use 'batchsizer', which turns the batch size only",
                                 options.name));
  }
  if (oracle && options.known_curve.empty()) {
    return MakeError(ErrorCode::kUnsupported,
                     "policy 'oracle' needs a curve known beforehand: only emulated devices "
                     "have one");
  }
  if (options.online_saturation && (oracle || !entry->turns_batch_size)) {
    return Invalid(
        fmt::format("online saturation: policy '{}' does not search for a batch size; "
                    "use it with 'batchsizer' or 'paper', or leave it out",
                    options.name));
  }
  const PolicyOptions complete = WithDefaults(options, *entry);
  auto policy = entry->make(complete);
  if (!options.online_saturation) return policy;
  return policy::MakeSaturating(std::move(policy), complete);
}

std::span<const std::string_view> PolicyNames() { return kNames; }
bool TurnsBatchSize(std::string_view policy_name) { return Find(policy_name)->turns_batch_size; }
bool TurnsClock(std::string_view policy_name) { return Find(policy_name)->turns_clock; }

Result<PaperVariant> ParsePaperVariant(std::string_view name) {
  constexpr std::array<std::string_view, 5> kVariants{"literal", "stop", "cleared", "epoch",
                                                      "text"};
  constexpr std::array<PaperVariant, 5> kValues{PaperVariant::kLiteral, PaperVariant::kStop,
                                                PaperVariant::kCleared, PaperVariant::kEpoch,
                                                PaperVariant::kText};
  const auto at = std::find(kVariants.begin(), kVariants.end(), name);
  if (at == kVariants.end()) {
    return Invalid(fmt::format("paper variant '{}' is not known; {}", name, Hint(name, kVariants)));
  }
  return kValues[static_cast<std::size_t>(at - kVariants.begin())];
}

}  // namespace batchsizer
