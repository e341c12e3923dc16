#include "cli/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "cli/option_hints.h"

namespace batchsizer::cli {
namespace {

constexpr long long kLargestBatch = 1 << 20;

tl::unexpected<Error> Invalid(std::string message) {
  return MakeError(ErrorCode::kInvalidInput, std::move(message));
}

Result<int> ParseBatchSize(std::string_view text) {
  const auto size = base::ParseInteger(text);
  if (!size) {
    return Invalid(
        fmt::format("--batch-sizes: '{}' is not a whole number; right would be "
                    "1,2,4,8 or 1..32",
                    base::Trim(text)));
  }
  if (*size < 1 || *size > kLargestBatch) {
    return Invalid(fmt::format("--batch-sizes: {} is not a batch size; it must be from 1 to {}",
                               *size, kLargestBatch));
  }
  return static_cast<int>(*size);
}

// "4" or "1..32".
Result<std::pair<int, int>> ParseRange(std::string_view text) {
  constexpr std::string_view kTo = "..";
  const auto dots = text.find(kTo);
  const auto first = ParseBatchSize(text.substr(0, dots));
  if (!first) return tl::unexpected(first.error());
  if (dots == std::string_view::npos) return std::pair{*first, *first};
  const auto last = ParseBatchSize(text.substr(dots + kTo.size()));
  if (!last) return tl::unexpected(last.error());
  if (*last >= *first) return std::pair{*first, *last};
  return Invalid(fmt::format("--batch-sizes: '{}' ends below its start; right would be {}..{}",
                             base::Trim(text), *last, *first));
}

}  // namespace

void AddControlOptions(CLI::App& command, ControlTexts& texts) {
  const auto policies = PolicyNames();
  HintWords(command.add_option("--policy", texts.policy,
                               fmt::format("One of: {}", fmt::join(policies, ", "))),
            {policies.begin(), policies.end()})
      ->capture_default_str();
  HintWords(command.add_option(
                "--paper-variant", texts.paper_variant,
                "How --policy paper reads the listing: cleared, literal, stop, epoch, text"),
            {"cleared", "literal", "stop", "epoch", "text"})
      ->capture_default_str();
  command
      .add_option("--batch-sizes", texts.batch_sizes,
                  "Batch sizes that may be chosen, ascending, such as 1,2,4,8 or 1..32")
      ->join();  // a list in a configuration file is as good; its items come on lines
  command.add_option("--alpha", texts.alpha, "The band is [alpha x cap, cap]")
      ->capture_default_str();
  command.add_option("--window", texts.window, "Batches between two decisions")
      ->capture_default_str();
  command.add_option("--clock", texts.clock_mhz,
                     "Clock to start from, in MHz (batch-only policies stay there)");
  command.add_option("--batch", texts.batch,
                     "Batch size of fixed, dvfs, pit and power-limit (default: 16; power-limit: "
                     "the largest)");
  HintFile(command.add_option("--saturation-from", texts.saturation_from,
                              "No batch size above the saturation batch of this curve, as profile "
                              "writes it"));
  command.add_flag("--online-saturation", texts.online_saturation,
                   "Look for the saturation batch meanwhile: try the next smaller size, and stay "
                   "there where the larger brings less than 2 %");
}

Result<std::vector<BatchSize>> ParseBatchSizes(const std::string& text) {
  std::vector<BatchSize> sizes;
  if (base::Trim(text).empty()) {
    return Invalid("--batch-sizes: the list is empty; give at least one, such as 1,2,4");
  }
  for (const auto cell : base::Split(text, ',')) {
    const auto range = ParseRange(cell);
    if (!range) return tl::unexpected(range.error());
    const auto [first, last] = *range;
    if (!sizes.empty() && first <= sizes.back().value()) {
      return Invalid(
          fmt::format("--batch-sizes: {} stands after {}; the list must ascend, "
                      "without repeats",
                      first, sizes.back().value()));
    }
    for (int size = first; size <= last; ++size) sizes.emplace_back(size);
  }
  return sizes;
}

Result<ControllerOptions> ToControllerOptions(const ControlTexts& texts) {
  ControllerOptions options;
  options.policy.name = texts.policy;
  options.window_batches = texts.window;
  options.policy.alpha = texts.alpha;
  options.policy.online_saturation = texts.online_saturation;
  if (texts.window < 1) {
    return Invalid(fmt::format("--window: {} batches; it must be 1 or more", texts.window));
  }
  if (!(texts.alpha > 0 && texts.alpha <= 1)) {
    return Invalid(fmt::format("--alpha: {} is outside 0 < alpha <= 1", texts.alpha));
  }
  const auto variant = ParsePaperVariant(texts.paper_variant);
  if (!variant) return Annotate("--paper-variant", variant.error());
  options.policy.paper_variant = *variant;
  if (!texts.batch_sizes.empty()) {
    std::string list = texts.batch_sizes;
    std::replace(list.begin(), list.end(), '\n', ',');
    auto sizes = ParseBatchSizes(list);
    if (!sizes) return tl::unexpected(sizes.error());
    options.policy.batch_sizes = std::move(*sizes);
  }
  if (texts.clock_mhz) {
    if (auto ok = RequirePositive("--clock", *texts.clock_mhz); !ok) {
      return tl::unexpected(ok.error());
    }
    options.policy.start_clock = Megahertz(*texts.clock_mhz);
  }
  if (texts.batch) {
    if (auto ok = RequirePositive("--batch", *texts.batch); !ok) return tl::unexpected(ok.error());
    options.policy.fixed_batch_size = BatchSize(*texts.batch);
  }
  return options;
}

Status RequirePositive(std::string_view option, double value) {
  if (std::isfinite(value) && value > 0) return {};
  return Invalid(fmt::format("{}: {} is not above 0", option, value));
}

Status RequireNotNegative(std::string_view option, double value) {
  if (std::isfinite(value) && value >= 0) return {};
  return Invalid(fmt::format("{}: {} is not 0 or more", option, value));
}

}  // namespace batchsizer::cli
