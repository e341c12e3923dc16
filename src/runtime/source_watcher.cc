#include "runtime/source_watcher.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include "base/errno_error.h"
#include "batchsizer/clock.h"

namespace batchsizer::runtime {
namespace {

// A writer that never stops must not cost a core.
constexpr Duration kBetweenLooks = std::chrono::milliseconds(2);

TimePoint Now() { return SteadyClock().Now(); }

// For poll: rounded up, so that it never wakes a little early; -1: for ever.
int MillisecondsUntil(std::optional<TimePoint> until) {
  if (!until) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - Now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

}  // namespace

Result<std::unique_ptr<SourceWatcher>> SourceWatcher::Start(
    const std::optional<std::string>& watched, Look look) {
  const int wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake < 0) return base::ErrnoError("watching the power cap", errno);
  try {
    return std::unique_ptr<SourceWatcher>(new SourceWatcher(wake, watched, std::move(look)));
  } catch (const std::system_error& error) {
    ::close(wake);
    return MakeError(
        ErrorCode::kUnavailable,
        fmt::format("the thread that watches the power cap cannot be started: {}", error.what()));
  }
}

SourceWatcher::SourceWatcher(int wake, const std::optional<std::string>& watched, Look look)
    : wake_(wake), look_(std::move(look)) {
  if (watched) watch_.emplace(*watched);
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

SourceWatcher::~SourceWatcher() {
  thread_.request_stop();
  Ask();
  thread_.join();
  ::close(wake_);
}

void SourceWatcher::Ask() const {
  const std::uint64_t one = 1;
  (void)!::write(wake_, &one, sizeof one);  // fails only when it is asked for already
}

bool SourceWatcher::TakeAsked() const {
  std::uint64_t count = 0;
  return ::read(wake_, &count, sizeof count) > 0;
}

void SourceWatcher::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const bool asked = TakeAsked();
    if (watch_) watch_->Arm();
    const TimePoint looked_at = Now();
    const std::optional<TimePoint> again = look_(asked);
    std::optional<TimePoint> until = again;
    if (watch_) until = std::min(again.value_or(TimePoint::max()), Now() + kPollEvery);
    Wait(until, looked_at);
  }
}

void SourceWatcher::Wait(std::optional<TimePoint> until, TimePoint looked_at) {
  while (!WaitForEvent(until)) {
  }
  pollfd wake{wake_, POLLIN, 0};
  (void)::poll(&wake, 1, MillisecondsUntil(looked_at + kBetweenLooks));
}

// Whether it is time to look.
bool SourceWatcher::WaitForEvent(std::optional<TimePoint> until) {
  std::array<pollfd, 2> waiting{
      {{wake_, POLLIN, 0}, {watch_ ? watch_->descriptor() : -1, POLLIN, 0}}};
  const int ready = ::poll(waiting.data(), waiting.size(), MillisecondsUntil(until));
  if (ready > 0 && waiting[0].revents != 0) return true;
  if (ready > 0 && waiting[1].revents != 0 && watch_->Drain()) return true;
  return until && Now() >= *until;
}

}  // namespace batchsizer::runtime
