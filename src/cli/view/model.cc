#include "cli/view/model.h"

#include <fmt/format.h>

namespace batchsizer::cli::view {
namespace {

bool Matters(const WindowRecord& record, const std::vector<DecisionLine>& before) {
  const Decision& decision = record.decision;
  if (decision.setting != record.setting) return true;
  if (decision.action != Action::kImpossible && decision.action != Action::kSafe) return false;
  return before.empty() || before.back().decision.action != decision.action ||
         before.back().decision.reason != decision.reason;
}

}  // namespace

Model::Model(const DisplayOptions& options)
    : title(fmt::format("{} on {}, policy {}", options.model, options.device, options.policy)),
      power_source(options.power_source),
      emulated(options.emulated),
      start(options.start),
      sums(options.start) {
  decisions.reserve(kDecisions);
  messages.reserve(kMessages);
}

void Model::AddWindow(const WindowRecord& record) {
  history.Add(record, start);
  sums.Add(record);
  images += record.images;
  if (record.peak_power && *record.peak_power > record::kCapTolerance * record.cap) {
    ++windows_above_cap;
  }
  last = record;
  if (!Matters(record, decisions)) return;
  if (decisions.size() == kDecisions) decisions.erase(decisions.begin());
  decisions.push_back({ToSeconds(record.end - start), record.setting, record.decision,
                       record.peak_power, record.cap});
}

void Model::AddMessage(std::string_view text) {
  constexpr std::string_view kOurName = "batchsizer: ";
  if (text.starts_with(kOurName)) text.remove_prefix(kOurName.size());
  if (messages.size() == kMessages) messages.erase(messages.begin());
  messages.emplace_back(text.substr(0, text.find('\n')));
  ++message_count;
}

}  // namespace batchsizer::cli::view
