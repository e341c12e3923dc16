// batchsizer explain: a trace as one HTML page, for people.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/output_file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/option_hints.h"
#include "cli/output_paths.h"
#include "cli/terminal.h"
#include "record/decision_list.h"
#include "record/report/explain_page.h"
#include "record/trace_reader.h"
#include "record/trace_summary.h"

namespace batchsizer::cli {
namespace {

constexpr std::string_view kStdout = "-";

struct ExplainTexts {
  std::string trace;
  std::string output;
  std::string title;
  std::string note;
  std::string summary;
  std::optional<double> alpha;
};

// The last part of a path: "runs/trace.csv" -> "trace.csv".
std::string FileName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string OutputFor(const ExplainTexts& texts) {
  if (!texts.output.empty()) return texts.output;
  constexpr std::string_view kSuffix = ".csv";
  std::string path = texts.trace;
  if (path.ends_with(kSuffix)) path.resize(path.size() - kSuffix.size());
  return path + ".html";
}

Status CheckOptions(const ExplainTexts& texts, const std::string& output,
                    const GlobalOptions& global) {
  if (texts.alpha && (*texts.alpha <= 0 || *texts.alpha > 1)) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("--alpha: {} is not above 0 and at most 1", *texts.alpha));
  }
  if (output == kStdout && global.json) {
    return MakeError(ErrorCode::kInvalidInput,
                     "--output: - and --json both need stdout; name a file for the page");
  }
  return CheckOutputs({{"--output", output}},
                      {{"the trace", texts.trace}, {"--summary", texts.summary}});
}

Result<nlohmann::json> ReadSummary(const std::string& path, const record::Summary& of_trace) {
  if (path.empty()) return nlohmann::json();
  const auto text = base::ReadFile(path);
  if (!text) return tl::unexpected(text.error());
  auto summary = nlohmann::json::parse(*text, /*cb=*/nullptr, /*allow_exceptions=*/false);
  if (auto fits = record::CheckSummaryFits(summary, of_trace, path); !fits) {
    return tl::unexpected(fits.error());
  }
  return summary;
}

Status WritePage(const std::string& path, const std::string& page) {
  if (path != kStdout) return base::ReplaceFile(path, page);
  WriteStdout(page);
  return {};
}

int Explain(const ExplainTexts& texts, const GlobalOptions& global) {
  const std::string output = OutputFor(texts);
  if (auto ok = CheckOptions(texts, output, global); !ok) return Fail(ok.error());
  const auto text = base::ReadFile(texts.trace);
  if (!text) return Fail(text.error());
  const auto trace = record::ParseTrace(*text, texts.trace);
  if (!trace) return Fail(trace.error());
  const auto summary = ReadSummary(texts.summary, record::SummariseTrace(*trace));
  if (!summary) return Fail("--summary", summary.error());
  const auto entries = record::ListDecisions(*trace, texts.alpha);
  const std::string name = FileName(texts.trace);
  const std::string page =
      record::MakeExplainPage(*trace, entries,
                              {.title = texts.title.empty() ? name : texts.title,
                               .file_name = name,
                               .note = texts.note,
                               .alpha = texts.alpha},
                              *summary);
  if (auto ok = WritePage(output, page); !ok) return Fail("--output", ok.error());
  if (global.json) {
    PrintJson({{"file", output}, {"rows", trace->windows.size()}, {"decisions", entries.size()}});
  } else if (!global.quiet && output != kStdout) {
    const auto rows = trace->windows.size();
    Print("{}: {} window{}; open it in a browser\n", output, rows, rows == 1 ? "" : "s");
  }
  return kDone;
}

}  // namespace

void AddExplain(CLI::App& app, const GlobalOptions& global, int& exit_code) {
  auto texts = std::make_shared<ExplainTexts>();
  auto* command = app.add_subcommand(
      "explain", "Turn a trace into an HTML page: charts, decisions with reasons, summary");
  command->footer(
      "Examples:\n"
      "  batchsizer explain trace.csv\n"
      "  batchsizer explain trace.csv --output page.html --summary summary.json --alpha 0.8");
  HintFile(command->add_option("trace", texts->trace, "What --trace wrote"))->required();
  HintFile(command->add_option("-o,--output", texts->output,
                               "The page; - for stdout. Default: the trace's name with .html"));
  command->add_option("--title", texts->title, "Default: the trace's name");
  command->add_option("--note", texts->note,
                      "A sentence for the top, say what device it was and whether emulated");
  HintFile(
      command->add_option("--summary", texts->summary,
                          "What the run printed with --json: shows policy, device and energy"));
  command->add_option("--alpha", texts->alpha,
                      "The run's --alpha: shows the band [alpha x cap, cap]");
  command->callback([texts, &global, &exit_code] { exit_code = Explain(*texts, global); });
}

}  // namespace batchsizer::cli
