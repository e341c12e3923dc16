// The policies that come with the library, by name.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/policy.h"
#include "batchsizer/result.h"

namespace batchsizer {

// How the readings and line 13 of Algorithm 1 are read; docs/policies.md has
// each in full.
enum class PaperVariant {
  kLiteral,  // the listing as printed: readings are never cleared
  kStop,     // as literal, but at the smallest batch size above the cap nothing moves
  kCleared,  // as literal, readings cleared whenever the batch size changes
  kEpoch,    // as literal, readings cleared before every window
  kText,     // the prose of section 4.2
};

// One row of what an accelerator can do; the oracle policy is given these.
struct CurvePoint {
  BatchSize batch_size;
  Megahertz clock;
  ImagesPerSecond throughput;
  Watts power;  // peak while a batch of this size runs
};

// Which policy, and its parameters; each policy uses those that concern it.
struct PolicyOptions {
  std::string name = "batchsizer";
  PaperVariant paper_variant = PaperVariant::kCleared;
  // Ascending, no duplicates, each >= 1.
  std::vector<BatchSize> batch_sizes = {BatchSize(1),  BatchSize(2),   BatchSize(4),
                                        BatchSize(8),  BatchSize(16),  BatchSize(32),
                                        BatchSize(64), BatchSize(128), BatchSize(256)};
  // Ascending; empty: the clock cannot be set. dvfs, pit and power-limit need it.
  std::vector<Megahertz> clocks = {};
  // The band is [alpha x cap, cap]; 0 < alpha <= 1 (paper, section 4: 0.8).
  double alpha = 0.8;
  // For fixed, dvfs, pit, power-limit. Default: 16 or the nearest allowed one
  // below (paper, section 5); power-limit: the largest.
  std::optional<BatchSize> fixed_batch_size = {};
  // Where clock search starts, or the clock that batch-only policies run at.
  // Default: dvfs and pit the lowest, all others the highest.
  std::optional<Megahertz> start_clock = {};
  // For Algorithm 1: 0-based index of the first batch size.
  std::size_t initial_index = 0;
  // Also look for the saturation batch while running, and use no more than it: where a
  // larger batch size brings less than 2 % images/s, it only costs power. For policies
  // that turn the batch size, but the oracle.
  bool online_saturation = false;
  // For oracle only.
  std::vector<CurvePoint> known_curve = {};
};

// Errors: kInvalidInput names the option and the value; an unknown name comes
// with the nearest known one.
[[nodiscard]] Result<std::unique_ptr<Policy>> MakePolicy(const PolicyOptions& options);

// Every name that MakePolicy takes.
[[nodiscard]] std::span<const std::string_view> PolicyNames();
// Whether the policy turns the batch size / the clock. REQUIRES: a known name.
[[nodiscard]] bool TurnsBatchSize(std::string_view policy_name);
// REQUIRES: a known name.
[[nodiscard]] bool TurnsClock(std::string_view policy_name);

// literal, stop, cleared, epoch or text. Errors: kInvalidInput names the nearest.
[[nodiscard]] Result<PaperVariant> ParsePaperVariant(std::string_view name);

}  // namespace batchsizer
