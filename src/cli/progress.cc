#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "cli/terminal.h"

namespace batchsizer::cli {
namespace {

constexpr Duration kRewriteEvery = std::chrono::milliseconds(100);

std::string PowerText(const WindowRecord& record) {
  const std::string cap = fmt::format("{:.4g} W", record.cap.value());
  if (!record.peak_power) return fmt::format("power unknown, cap {}", cap);
  return fmt::format("peak {:.1f} of {}", record.peak_power->value(), cap);
}

// "120", or "120+" while images are still being found.
std::string TotalText(const PipelineStatus& status) {
  return fmt::format("{}{}", status.total_images, status.total_is_final ? "" : "+");
}

std::string SettingText(const Setting& setting) {
  std::string text = fmt::format("batch {}", setting.batch_size.value());
  if (setting.clock) text += fmt::format(" at {:.0f} MHz", setting.clock->value());
  return text;
}

}  // namespace

bool CanRewriteLine() {
  const char* term = std::getenv("TERM");
  if (term == nullptr || std::string_view(term).empty()) return false;
  return isatty(STDERR_FILENO) != 0 && std::string_view(term) != "dumb";
}

Progress::Progress(const ProgressOptions& options, TimePoint start, const Clock& wall)
    : options_(options), start_(start), wall_(wall), last_rewrite_(wall.Now() - kRewriteEvery) {}

Progress::~Progress() { Progress::Finish(); }

void Progress::Finish() {
  if (options_.rewrite_line) ClearStatus();
}

void Progress::OnWindow(const WindowRecord& record) {
  images_ += record.images;
  if (options_.quiet) return;
  if (options_.rewrite_line) {
    Rewrite(record);
    return;
  }
  const bool changes = record.decision.setting != record.setting;
  if (changes || options_.verbose) PrintPlain(record);
}

void Progress::Rewrite(const WindowRecord& record) {
  const TimePoint now = wall_.Now();
  if (now - last_rewrite_ < kRewriteEvery) return;
  last_rewrite_ = now;
  // What matters least stands last: a narrow terminal does not show it.
  const double speed = record.throughput.value();
  const std::int64_t failed = failed_.load(std::memory_order_relaxed);
  ShowStatus(fmt::format("{}/{}{}  {}  {}  {:.{}f} images/s{}", images_ + failed,
                         TotalText(options_.status()), options_.emulated ? " emulated" : "",
                         SettingText(record.setting), PowerText(record), speed, speed < 100 ? 1 : 0,
                         failed > 0 ? fmt::format("  {} failed", failed) : ""));
}

void Progress::PrintPlain(const WindowRecord& record) const {
  PrintError("{:9.3f} s  {}  {}  {:.1f} images/s  {} ({}) -> {}\n", ToSeconds(record.end - start_),
             SettingText(record.setting), PowerText(record), record.throughput.value(),
             ToString(record.decision.action), ToString(record.decision.reason),
             SettingText(record.decision.setting));
}

void Progress::OnNotice(const Notice& notice) {
  PrintError("batchsizer: at {:.3f} s: {}\n", ToSeconds(notice.time - start_), notice.text);
}

}  // namespace batchsizer::cli
