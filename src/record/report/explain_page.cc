#include "record/report/explain_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "embedded/Explain.h"
#include "record/reason_text.h"
#include "record/report/page_text.h"
#include "record/report/summary_tiles.h"
#include "record/trace_summary.h"

namespace batchsizer::record {
namespace {

using nlohmann::ordered_json;

std::string_view File(std::string_view name) { return base::ContentOf(EmbeddedExplain(), name); }

template <typename Field>
ordered_json Column(const std::vector<WindowRecord>& windows, Field field) {
  ordered_json column = ordered_json::array();
  for (const auto& window : windows) column.push_back(field(window));
  return column;
}

template <typename Unit>
ordered_json OrNull(const std::optional<Unit>& value) {
  return value ? ordered_json(value->value()) : ordered_json(nullptr);
}

// A trace has three decimals of a watt and six of a second.
double Decimals(double value, double scale) { return std::round(value * scale) / scale; }

bool HasClock(const std::vector<WindowRecord>& windows) {
  return std::any_of(windows.begin(), windows.end(),
                     [](const auto& window) { return window.setting.clock.has_value(); });
}

bool IsAboveCap(const WindowRecord& window) {
  return window.peak_power && *window.peak_power > kCapTolerance * window.cap;
}

// Every window's decision as an index into the kinds of decisions that occur, each
// with its words: said once, not once a window.
void AddDecisionKinds(ordered_json& data, const std::vector<WindowRecord>& windows) {
  std::map<std::pair<Action, Reason>, std::size_t> seen;
  ordered_json indices = ordered_json::array();
  ordered_json kinds = ordered_json::array();
  for (const auto& window : windows) {
    const auto [action, reason] = std::pair(window.decision.action, window.decision.reason);
    const auto [at, is_new] = seen.try_emplace({action, reason}, seen.size());
    if (is_new) kinds.push_back({ToString(action), Describe(reason)});
    indices.push_back(at->second);
  }
  data["decision"] = std::move(indices);
  data["decisionKinds"] = std::move(kinds);
}

const char* NameOf(EntryKind kind) {
  switch (kind) {
    case EntryKind::kCap:
      return "cap";
    case EntryKind::kChange:
      return "change";
    case EntryKind::kSame:
      break;
  }
  return "same";
}

ordered_json EntriesToJson(const Trace& trace, const std::vector<ListEntry>& entries) {
  ordered_json list = ordered_json::array();
  for (const auto& entry : entries) {
    const auto verb = entry.kind == EntryKind::kCap
                          ? std::string_view("cap")
                          : ToString(trace.windows[entry.first].decision.action);
    list.push_back({NameOf(entry.kind), verb, entry.first, entry.last, entry.action, entry.reason});
  }
  return list;
}

// Read by web/explain/explain.js.
ordered_json DataOf(const Trace& trace, const std::vector<ListEntry>& entries,
                    const ExplainOptions& options) {
  const auto& windows = trace.windows;
  ordered_json data;
  data["alpha"] = options.alpha ? ordered_json(*options.alpha) : ordered_json(nullptr);
  data["end"] = Column(windows, [](const auto& window) {
    return Decimals(ToSeconds(window.end.time_since_epoch()), 1e6);
  });
  data["images"] = Column(windows, [](const auto& window) { return window.images; });
  data["batch"] =
      Column(windows, [](const auto& window) { return window.setting.batch_size.value(); });
  if (HasClock(windows)) {
    data["clock"] =
        Column(windows, [](const auto& window) { return OrNull(window.setting.clock); });
  }
  data["peak"] = Column(windows, [](const auto& window) { return OrNull(window.peak_power); });
  data["mean"] = Column(windows, [](const auto& window) { return OrNull(window.mean_power); });
  data["cap"] = Column(windows, [](const auto& window) { return window.cap.value(); });
  data["throughput"] =
      Column(windows, [](const auto& window) { return window.throughput.value(); });
  ordered_json above = ordered_json::array();
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (IsAboveCap(windows[i])) above.push_back(i);
  }
  data["above"] = std::move(above);
  AddDecisionKinds(data, windows);
  data["entries"] = EntriesToJson(trace, entries);
  return data;
}

std::string WordOf(const nlohmann::json& summary, const char* key) {
  const auto at = summary.find(key);
  return at != summary.end() && at->is_string() ? at->get<std::string>() : std::string();
}

// What the trace is of, as far as anybody said.
std::string Origin(const ExplainOptions& options, const nlohmann::json& summary) {
  std::string html;
  if (summary.is_object()) {
    if (summary.value("emulated", nlohmann::json(false)) == true) {
      html +=
          "<p class=\"note\"><b>Emulated.</b> Time and power come from a model of the device, "
          "not from a sensor.</p>\n";
    }
  } else if (options.note.empty()) {
    html +=
        "<p class=\"hint\">A trace does not say which device it is of, nor whether its power "
        "was measured or emulated.</p>\n";
  }
  if (!options.note.empty()) {
    html += fmt::format("<p class=\"note\">{}</p>\n", EscapeHtml(options.note));
  }
  return html;
}

std::string NotesToHtml(const Trace& trace, const ExplainOptions& options,
                        const nlohmann::json& summary) {
  std::string html = Origin(options, summary);
  for (const auto& comment : trace.comments) {
    html += fmt::format("<p class=\"note\">{}</p>\n", EscapeHtml(comment));
  }
  if (trace.torn_line) {
    html += fmt::format(
        "<p class=\"note\">Line {} is cut off, as a run leaves it that is killed: "
        "it is left out.</p>\n",
        *trace.torn_line);
  }
  if (trace.runs > 1) {
    html += fmt::format("<p class=\"note\">{} runs, one after the other; times go on.</p>\n",
                        trace.runs);
  }
  if (trace.windows.empty()) {
    html +=
        "<p class=\"note\"><b>Nothing to show yet.</b> The trace has a header and no window: "
        "the run ended, or was ended, before its first window did.</p>\n";
  }
  return html;
}

std::string SubtitleOf(const Trace& trace, const ExplainOptions& options,
                       const nlohmann::json& summary) {
  std::string text;
  if (summary.is_object()) {
    const std::string policy = WordOf(summary, "policy");
    const std::string device = WordOf(summary, "device");
    if (!policy.empty()) text += "Policy " + policy;
    if (!device.empty()) text += (text.empty() ? "On " : " on ") + device;
    if (!text.empty()) text += " · ";
  }
  return text + fmt::format("{} · {} window{}", options.file_name,
                            Grouped(static_cast<std::int64_t>(trace.windows.size())),
                            trace.windows.size() == 1 ? "" : "s");
}

}  // namespace

std::string MakeExplainPage(const Trace& trace, const std::vector<ListEntry>& entries,
                            const ExplainOptions& options, const nlohmann::json& summary) {
  const std::string title = EscapeHtml(options.title);
  const std::string subtitle = EscapeHtml(SubtitleOf(trace, options, summary));
  const std::string notes = NotesToHtml(trace, options, summary);
  const std::string tiles = TilesToHtml(MakeTiles(trace, SummariseTrace(trace), summary));
  const std::string data = JsonForScript(DataOf(trace, entries, options));
  const std::pair<std::string_view, std::string_view> values[] = {
      {"title", title},
      {"subtitle", subtitle},
      {"notes", notes},
      {"tiles", tiles},
      {"data", data},
      {"empty", trace.windows.empty() ? "empty" : ""},
      {"common_style", File("page.css")},
      {"style", File("explain.css")},
      {"script", File("explain.js")},
      {"uplot_style", File("uPlot.min.css")},
      {"uplot_script", File("uPlot.iife.min.js")},
      {"uplot_license", File("LICENSE")}};
  return FillTemplate(File("explain.html"), values);
}

}  // namespace batchsizer::record
