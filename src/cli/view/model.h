// What the live view knows of a run: taken from the stream of records, so that it
// cannot disagree with the trace and the summary.
//
// Thread safety: plain value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/display.h"
#include "cli/view/history.h"
#include "record/summary.h"

namespace batchsizer::cli::view {

// A decision that changed something, or that says that something is wrong.
struct DecisionLine {
  double time_s = 0;  // since the run's start
  Setting from;
  Decision decision;
  std::optional<Watts> peak;
  Watts cap;
};

struct Model {
  static constexpr std::size_t kDecisions = 32;
  static constexpr std::size_t kMessages = 16;

  explicit Model(const DisplayOptions& options);

  void AddWindow(const WindowRecord& record);
  // The first line of text is shown.
  void AddMessage(std::string_view text);
  // Images that are done with, broken ones included.
  [[nodiscard]] std::int64_t Done() const { return images + failed_images; }

  std::string title;         // what runs on what
  std::string power_source;  // where power comes from
  bool emulated = false;
  TimePoint start;

  History history;
  record::SummaryBuilder sums;
  std::int64_t images = 0;
  std::int64_t windows_above_cap = 0;
  std::optional<WindowRecord> last;
  std::vector<DecisionLine> decisions;  // newest last
  std::vector<std::string> messages;    // newest last
  std::int64_t message_count = 0;

  // Of the moment, set before a frame is made.
  std::int64_t failed_images = 0;
  PipelineStatus pipeline;
  std::optional<double> left_s;  // real time until the end
  bool stopping = false;
  bool ended = false;  // the last frame: no keys
  bool help = false;
};

}  // namespace batchsizer::cli::view
