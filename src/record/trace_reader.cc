#include "record/trace_reader.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/text.h"
#include "record/trace_csv.h"

namespace batchsizer::record {
namespace {

constexpr double kLongestSeconds = 1e9;  // all runs in the file together
constexpr double kMostImages = 2e9;      // in a window
constexpr double kLargestBatch = 1 << 30;
constexpr double kMostOfAnything = 1e12;  // watts, megahertz, images/s

// The value whose name this is, among all up to last.
template <typename Enum>
std::optional<Enum> FromName(std::string_view name, Enum last) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (ToString(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

// The cells of one line, taken from left to right. The first that is wrong is kept,
// in words; what is taken after it means nothing.
class Cells {
 public:
  explicit Cells(std::string_view line)
      : cells_(base::Split(line, ',')), names_(base::Split(kTraceHeader, ',')) {
    if (cells_.size() == names_.size()) return;
    fault_ = fmt::format("{} cells; {} are needed: {}", cells_.size(), names_.size(), kTraceHeader);
  }

  [[nodiscard]] const std::string& fault() const { return fault_; }

  std::string_view Word() { return fault_.empty() ? base::Trim(cells_[at_++]) : ""; }

  double Number(double lowest, double highest) {
    const std::string_view cell = Word();
    const auto value = base::ParseNumber(cell);
    if (!value) {
      Wrong(cell, "is not a number");
    } else if (*value < lowest || *value > highest) {
      Wrong(cell, fmt::format("is not from {} to {}", lowest, highest));
    }
    return value.value_or(0.0);
  }
  std::optional<double> NumberOrEmpty(double lowest, double highest) {
    if (!fault_.empty() || base::Trim(cells_[at_]).empty()) return (void)Word(), std::nullopt;
    return Number(lowest, highest);
  }
  double Whole(double lowest, double highest) {
    const double value = Number(lowest, highest);
    if (fault_.empty() && value != std::floor(value)) Wrong(cells_[at_ - 1], "is no whole number");
    return value;
  }
  double Positive() {
    const double value = Number(0, kMostOfAnything);
    if (fault_.empty() && value <= 0) Wrong(cells_[at_ - 1], "is not above 0");
    return value;
  }
  template <typename Enum>
  Enum Name(Enum last) {
    const std::string_view cell = Word();
    const auto value = FromName(cell, last);
    if (!value) Wrong(cell, "is none that a trace may have; see docs/files.md");
    return value.value_or(last);
  }
  // Of the cell that was taken last.
  void Wrong(std::string_view cell, std::string_view what) {
    constexpr std::size_t kShown = 40;
    if (!fault_.empty()) return;
    fault_ = cell.empty() ? fmt::format("{}: the cell is empty", names_[at_ - 1])
                          : fmt::format("{}: '{}' {}", names_[at_ - 1],
                                        base::Trim(cell).substr(0, kShown), what);
  }

 private:
  std::vector<std::string_view> cells_;
  std::vector<std::string_view> names_;
  std::size_t at_ = 0;
  std::string fault_;
};

std::optional<Watts> ToWatts(const std::optional<double>& power_w) {
  return power_w ? std::optional(Watts(*power_w)) : std::nullopt;
}

class Reader {
 public:
  Reader(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  Result<Trace> Read() {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
    for (const auto raw : base::Split(text_, '\n')) {
      ++line_;
      if (auto ok = ReadLine(base::Trim(raw)); !ok) {
        // A writer that was killed leaves a last line without an end.
        if (raw.data() + raw.size() != text_.data() + text_.size())
          return tl::unexpected(ok.error());
        if (!header_seen_ && !IsTornHeader(raw)) return tl::unexpected(ok.error());
        trace_.torn_line = line_;
        header_seen_ = true;
      }
    }
    if (!header_seen_) {
      return MakeError(ErrorCode::kInvalidInput,
                       fmt::format("{}: is empty; a trace begins with '{}'", file_, kTraceHeader));
    }
    SetDecisions();
    return std::move(trace_);
  }

 private:
  static bool IsTornHeader(std::string_view line) {
    return !line.empty() && std::string_view(kTraceHeader).starts_with(line);
  }

  tl::unexpected<Error> Invalid(std::string_view what) const {
    return MakeError(ErrorCode::kInvalidInput, fmt::format("{}:{}: {}", file_, line_, what));
  }

  Status ReadLine(std::string_view line) {
    if (line.empty()) return {};
    if (line.starts_with('#')) {
      constexpr std::size_t kMostComments = 20;
      if (trace_.comments.size() < kMostComments) {
        trace_.comments.emplace_back(base::Trim(line.substr(1)));
      }
      return {};
    }
    if (line == kTraceHeader) return BeginRun();
    if (!header_seen_) {
      constexpr std::size_t kShown = 80;
      return Invalid(fmt::format("the header is '{}{}'; it must be '{}'", line.substr(0, kShown),
                                 line.size() > kShown ? "..." : "", kTraceHeader));
    }
    return ReadRow(line);
  }

  // Traces that were put into one file: the times of each go on from the last one's.
  Status BeginRun() {
    if (header_seen_) ++trace_.runs;
    header_seen_ = true;
    run_start_ = end_;
    run_end_s_ = 0;
    if (!trace_.windows.empty()) last_of_run_.push_back(trace_.windows.size() - 1);
    return {};
  }

  Status ReadRow(std::string_view line) {
    Cells cells(line);
    WindowRecord window;
    const double end_s =
        cells.Number(0, kLongestSeconds - ToSeconds(run_start_.time_since_epoch()));
    if (cells.fault().empty() && end_s < run_end_s_) {
      cells.Wrong(fmt::format("{:.6f}", end_s),
                  fmt::format("is before the row above, {:.6f}; times ascend", run_end_s_));
    }
    window.images = static_cast<std::int64_t>(cells.Whole(0, kMostImages));
    window.setting.batch_size = BatchSize(static_cast<int>(cells.Whole(1, kLargestBatch)));
    if (const auto clock = cells.NumberOrEmpty(0, kMostOfAnything)) {
      window.setting.clock = Megahertz(*clock);
    }
    window.peak_power = ToWatts(cells.NumberOrEmpty(0, kMostOfAnything));
    window.mean_power = ToWatts(cells.NumberOrEmpty(0, kMostOfAnything));
    window.cap = Watts(cells.Positive());
    window.throughput = ImagesPerSecond(cells.Number(0, kMostOfAnything));
    window.decision.action = cells.Name(Action::kSafe);
    window.decision.reason = cells.Name(Reason::kEndOfRun);
    if (!cells.fault().empty()) return Invalid(cells.fault());
    Add(window, end_s);
    return {};
  }

  void Add(WindowRecord& window, double end_s) {
    run_end_s_ = end_s;
    window.start = end_;
    window.end = end_ = run_start_ + FromSeconds(end_s);
    const std::int64_t size = window.setting.batch_size.value();
    window.batches = static_cast<int>((window.images + size - 1) / size);
    if (window.mean_power) window.energy = *window.mean_power * (window.end - window.start);
    trace_.windows.push_back(window);
  }

  void SetDecisions() {
    auto& windows = trace_.windows;
    for (std::size_t i = 0; i < windows.size(); ++i) {
      windows[i].decision.setting = windows[i + 1 < windows.size() ? i + 1 : i].setting;
    }
    for (const auto last : last_of_run_) windows[last].decision.setting = windows[last].setting;
    if (windows.empty()) return;
    const Decision& last = windows.back().decision;
    trace_.last_setting_known = last.action == Action::kKeep || last.reason == Reason::kEndOfRun;
  }

  std::string_view text_;
  std::string_view file_;
  int line_ = 0;
  bool header_seen_ = false;
  TimePoint run_start_{};
  TimePoint end_{};
  double run_end_s_ = 0;
  std::vector<std::size_t> last_of_run_;
  Trace trace_;
};

}  // namespace

Result<Trace> ParseTrace(std::string_view text, std::string_view file_name) {
  return Reader(text, file_name).Read();
}

}  // namespace batchsizer::record
