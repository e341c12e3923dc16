#include "cli/view/panels.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "cli/view/words.h"

namespace batchsizer::cli::view {
namespace {

constexpr int kMargin = 1;

// Text that is cut says so.
void PutCut(Grid& grid, int row, int column, int end, const std::string& text, Style style) {
  const int past = grid.Put(row, column, text, style, end);
  if (ColumnsOf(text) <= end - column || past == 0) return;
  if (grid.unicode()) {
    grid.Put(row, end - 1, U'…', style);
  } else {
    grid.Put(row, end - 2, "..", style, end);
  }
}

void PutHeading(Grid& grid, const Box& box, const std::string& text) {
  const char32_t line = grid.unicode() ? U'─' : U'-';
  for (int at = 0; at < box.columns; ++at) grid.Put(box.row, box.column + at, line, Style::kFaint);
  grid.Put(box.row, box.column + 2, " " + text + " ", Style::kFaint);
}

std::string CountText(const Model& model) {
  const PipelineStatus& pipeline = model.pipeline;
  const std::string total = Grouped(pipeline.total_images);
  // As wide as it will get.
  const int width = static_cast<int>(total.size());
  if (pipeline.total_is_final)
    return fmt::format("{:>{}} of {}", Grouped(model.Done()), width, total);
  if (pipeline.total_images == 0) return fmt::format("{} done", Grouped(model.Done()));
  return fmt::format("{:>{}} of {}+ found", Grouped(model.Done()), width, total);
}

std::string TimeText(double seconds) {
  return seconds < 1000 ? fmt::format("{:.3f} s", seconds) : ClockText(seconds);
}

Style StyleOf(Action action) {
  switch (action) {
    case Action::kKeep:
      return Style::kPlain;
    case Action::kRaise:
      return Style::kPower;
    case Action::kLower:
      return Style::kCap;
    case Action::kImpossible:
    case Action::kSafe:
      return Style::kExcess;
  }
  return Style::kPlain;
}

// The window kept its own cap; what it drew is above the one that holds now.
bool IsOfNewCap(const DecisionLine& line) {
  return line.decision.reason == Reason::kAboveCap && line.peak && *line.peak <= line.cap;
}

std::string WordsOf(const DecisionLine& line) {
  return IsOfNewCap(line) ? "power is above the new cap"
                          : std::string(InWords(line.decision.reason));
}

void PutDecision(Grid& grid, int row, const Box& box, const std::string& time,
                 const DecisionLine& line) {
  constexpr int kTimeEnd = 11;
  constexpr int kAction = 13;
  constexpr int kChange = 24;
  constexpr int kWords = 40;
  const int end = box.column + box.columns;
  const Decision& decision = line.decision;
  grid.PutRight(row, std::min(end, box.column + kTimeEnd), time, Style::kFaint);
  const Style style = StyleOf(decision.action);
  // "impossible" is longer than its column where there is little room.
  const int shift = box.columns < 70 ? -5 : 0;
  int past = grid.Put(row, box.column + kAction, ToString(decision.action), style, end);
  past = std::max(past + 1, box.column + kChange + shift);
  past = grid.Put(row, past, ChangeText(line.from, decision.setting, grid.unicode()),
                  Style::kStrong, end);
  past = std::max(past + 2, box.column + kWords + 2 * shift);
  std::string words = WordsOf(line);
  if (line.peak) {
    const std::string numbers =
        IsOfNewCap(line)
            ? fmt::format("{} ({:.1f} W)", words, line.peak->value())
            : fmt::format("{} ({:.1f} of {:.4g} W)", words, line.peak->value(), line.cap.value());
    if (past + ColumnsOf(numbers) <= end) words = numbers;
  }
  PutCut(grid, row, past, end, words, Style::kPlain);
}

}  // namespace

void PutTitle(Grid& grid, int row, const Model& model) {
  const bool roomy = grid.width() >= 78;
  std::string source = roomy ? model.power_source : model.emulated ? "emulated" : "";
  // Half the title belongs to what runs.
  if (ColumnsOf(source) > grid.width() / 2) source.clear();
  const int end = grid.width() - kMargin - (source.empty() ? 0 : ColumnsOf(source) + 2);
  int column = kMargin;
  constexpr std::string_view kName = "batchsizer";
  if (column + ColumnsOf(kName) + 2 + ColumnsOf(model.title) <= end) {
    column = grid.Put(row, column, kName, Style::kTitle) + 2;
  }
  PutCut(grid, row, column, end, model.title, Style::kStrong);
  grid.PutRight(row, grid.width() - kMargin, source,
                model.emulated ? Style::kWarning : Style::kFaint);
}

void PutProgress(Grid& grid, int row, const Model& model) {
  const PipelineStatus& pipeline = model.pipeline;
  const bool known = pipeline.total_is_final && pipeline.total_images > 0;
  const double done =
      known ? static_cast<double>(model.Done()) / static_cast<double>(pipeline.total_images) : 0.0;
  std::string text = CountText(model);
  if (known) text = fmt::format("{:5.1f} %  {}", 100 * done, text);
  const int room = grid.width() - 2 * kMargin;
  const std::string left = "left " + ClockText(known ? model.left_s : std::nullopt);
  const std::string elapsed = ClockText(pipeline.elapsed_s);
  for (const std::string& more : {fmt::format("{}   {}", elapsed, left), left}) {
    if (ColumnsOf(text) + 3 + ColumnsOf(more) > room) continue;
    text += "   " + more;
    break;
  }
  constexpr int kLeastBar = 8;
  const int bar = known ? room - ColumnsOf(text) - 2 : 0;
  int column = kMargin;
  if (bar >= kLeastBar) {
    DrawBar(grid, row, column, bar, done);
    column += bar + 2;
  }
  grid.Put(row, column, text, Style::kPlain);
}

void PutPower(Grid& grid, int row, const Model& model) {
  int column = grid.Put(row, kMargin, "power  ", Style::kFaint);
  if (!model.last) {
    grid.Put(row, column, "waiting for the first window", Style::kFaint);
    return;
  }
  const WindowRecord& last = *model.last;
  const bool above = last.peak_power && *last.peak_power > record::kCapTolerance * last.cap;
  if (last.peak_power) {
    column = grid.Put(row, column, fmt::format("{:6.1f} W", last.peak_power->value()),
                      above ? Style::kExcess : Style::kPower);
    column = grid.Put(row, column, " peak", Style::kPlain);
  } else {
    column = grid.Put(row, column, "unknown", Style::kWarning);
  }
  column = grid.Put(row, column + 2, fmt::format("cap {:.4g} W", last.cap.value()), Style::kCap);
  if (last.peak_power) {
    column =
        grid.Put(row, column + 2, fmt::format("{:3.0f} %", 100 * (*last.peak_power / last.cap)),
                 above ? Style::kExcess : Style::kPlain);
    if (above) column = grid.Put(row, column + 1, "ABOVE THE CAP", Style::kExcess);
  }
  const std::string span = fmt::format("last {}{}", SpanText(model.history.SpanS()),
                                       model.emulated ? " of emulated time" : "");
  if (column + 2 + ColumnsOf(span) < grid.width()) {
    grid.PutRight(row, grid.width() - kMargin, span, Style::kFaint);
  }
}

void PutDecisions(Grid& grid, const Box& box, const Model& model, bool heading) {
  int row = box.row;
  const int end = box.row + box.rows;
  if (heading && box.rows > 0) {
    PutHeading(grid, {row++, box.column, 1, box.columns}, "decisions, newest first");
  }
  auto line = model.decisions.rbegin();
  if (model.last && row < end) {
    const WindowRecord& last = *model.last;
    DecisionLine now{ToSeconds(last.end - model.start), last.decision.setting, last.decision,
                     last.peak_power, last.cap};
    // The newest of those that changed something may be the present one.
    if (line != model.decisions.rend() && line->time_s == now.time_s) now = *line++;
    PutDecision(grid, row++, box, "now", now);
  }
  for (; line != model.decisions.rend() && row < end; ++line) {
    PutDecision(grid, row++, box, TimeText(line->time_s), *line);
  }
}

void PutMessages(Grid& grid, const Box& box, const Model& model, bool heading) {
  int row = box.row;
  const int end = box.row + box.rows;
  if (heading && box.rows > 0) {
    PutHeading(grid, {row++, box.column, 1, box.columns},
               model.message_count == 0
                   ? std::string("no messages")
                   : fmt::format("{} {}, newest first", Grouped(model.message_count),
                                 model.message_count == 1 ? "message" : "messages"));
  }
  const int last_column = box.column + box.columns - (box.column == 0 ? kMargin : 0);
  for (auto text = model.messages.rbegin(); text != model.messages.rend() && row < end; ++text) {
    PutCut(grid, row++, box.column + kMargin, last_column, *text, Style::kPlain);
  }
}

void PutKeys(Grid& grid, int row, const Model& model) {
  if (model.ended) return;
  if (model.stopping) {
    grid.Put(row, kMargin, "finishing the batch in work; Ctrl-C ends at once", Style::kWarning);
  } else {
    grid.Put(row, kMargin, "q finish   ? help", Style::kFaint);
  }
}

void PutHelp(Grid& grid, int row) {
  const bool unicode = grid.unicode();
  const std::array<std::string, 12> lines{
      "q         finish the batch in work, then end (as Ctrl-C)",
      "Ctrl-C    the same; a second one ends at once",
      "Ctrl-Z    stop and leave the screen; fg goes on",
      "?         this page, and back",
      "",
      unicode ? "█  power: the highest reading of each stretch"
              : ":  power: the highest reading of each stretch",
      unicode ? "━  the cap, as it was at that time" : "-  the cap, as it was at that time",
      unicode ? "╋  power went above it; ▓ by so much" : "+  power went above it; ! by so much",
      "",
      "Times of charts and decisions are the accelerator's (emulated, where it is",
      "said so); elapsed and left are real time. above cap: windows whose peak was",
      "more than 0.5 % above it. input wait: share of real time without images."};
  for (const std::string& line : lines) grid.Put(row++, kMargin + 1, line, Style::kPlain);
}

}  // namespace batchsizer::cli::view
