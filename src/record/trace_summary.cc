#include "record/trace_summary.h"

#include <fmt/format.h>

#include <cmath>

namespace batchsizer::record {
namespace {

Status CheckFigure(const nlohmann::json& summary, const char* key, double of_trace,
                   double tolerance, std::string_view file_name) {
  const auto at = summary.find(key);
  if (at == summary.end() || !at->is_number()) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: has no number '{}'; what `run --json` or `simulate --json` "
                                 "printed is needed",
                                 file_name, key));
  }
  const auto value = at->get<double>();
  if (std::abs(value - of_trace) <= tolerance) return {};
  return MakeError(
      ErrorCode::kInvalidInput,
      fmt::format("{}: is of another run: its {} is {}, the trace's {}; give the summary of the "
                  "run that wrote the trace (after --resume, none fits the whole of it)",
                  file_name, key, value, of_trace));
}

}  // namespace

Summary SummariseTrace(const Trace& trace) {
  SummaryBuilder builder{TimePoint{}};
  for (const auto& window : trace.windows) builder.Add(window);
  Summary summary = builder.Build();
  if (trace.last_setting_known) return summary;
  // Which setting came next is not known, but that another one did often is.
  const Action last = trace.windows.back().decision.action;
  if (last == Action::kRaise || last == Action::kLower) {
    ++summary.changes;
    summary.converged_at_s.reset();
  }
  return summary;
}

Status CheckSummaryFits(const nlohmann::json& summary, const Summary& of_trace,
                        std::string_view file_name) {
  if (!summary.is_object()) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: is no JSON object; what `run --json` or `simulate --json` "
                                 "printed is needed",
                                 file_name));
  }
  constexpr double kRoundingSeconds = 2e-6;  // the trace has six decimals
  return CheckFigure(summary, "windows", static_cast<double>(of_trace.windows), 0, file_name)
      .and_then([&] {
        return CheckFigure(summary, "images", static_cast<double>(of_trace.images), 0, file_name);
      })
      .and_then([&] {
        return CheckFigure(summary, "time_s", of_trace.time_s, kRoundingSeconds, file_name);
      });
}

}  // namespace batchsizer::record
