#include "runtime/watched_cap.h"

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <thread>
#include <utility>

#include "base/text.h"
#include "control/cap_value.h"

namespace batchsizer::runtime {
namespace {

constexpr std::uintmax_t kMostBytes = 4096;

// Content, never times of change: those go by the wall clock, and say little.
Result<Watts> ReadCap(const std::string& path, std::optional<Watts> max_power) {
  std::error_code none;  // what is not there is told by the reading
  const auto bytes = std::filesystem::file_size(path, none);
  if (!none && bytes > kMostBytes) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: holds {} bytes, which is no power cap; right would be {}",
                                 path, bytes, control::kCapForms));
  }
  const auto text = base::ReadRegularFile(path);
  if (!text) return tl::unexpected(text.error());
  auto cap = control::ParseCapFile(*text, max_power);
  if (!cap) return Annotate(path, cap.error());
  return cap;
}

}  // namespace

Result<std::unique_ptr<WatchedCap>> WatchedCap::Open(const std::string& path,
                                                     std::optional<Watts> max_power,
                                                     control::TellCapNews tell) {
  auto first = ReadCap(path, max_power);
  if (!first && first.error().code == ErrorCode::kInvalidInput) {
    std::this_thread::sleep_for(control::CapJudge::kGrace);  // it may be in the making
    first = ReadCap(path, max_power);
  }
  if (!first) return tl::unexpected(first.error());
  std::unique_ptr<WatchedCap> cap(new WatchedCap(path, max_power, *first, std::move(tell)));
  auto watcher =
      SourceWatcher::Start(path, [self = cap.get()](bool asked) { return self->Look(asked); });
  if (!watcher) return tl::unexpected(watcher.error());
  cap->watcher_ = std::move(*watcher);
  return cap;
}

WatchedCap::WatchedCap(std::string path, std::optional<Watts> max_power, Watts first,
                       control::TellCapNews tell)
    : path_(std::move(path)),
      max_power_(max_power),
      cap_(first),
      judge_(path_, first),
      tell_(std::move(tell)) {}

std::optional<TimePoint> WatchedCap::Look(bool asked) {
  const auto news = judge_.Take(clock_.Now(), ReadCap(path_, max_power_), asked);
  cap_.Set(judge_.cap());
  if (news) tell_(*news);
  return judge_.undecided_until();
}

}  // namespace batchsizer::runtime
