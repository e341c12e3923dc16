// A thread that looks at a source when it may have changed, and when it is asked to.
//
// All its times are steady: a jump of the wall clock changes nothing.
// Thread safety: the wake descriptor may be written to from any thread and from a
// signal handler; all else is one thread's at a time.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "batchsizer/result.h"
#include "batchsizer/units.h"
#include "runtime/file_watch.h"

namespace batchsizer::runtime {

class SourceWatcher {
 public:
  // Without events a watched file is looked at once in that time.
  static constexpr Duration kPollEvery = std::chrono::seconds(1);

  // Looks at the source, on the watcher's thread. asked: somebody wrote to the wake
  // descriptor since the last time. Returns when it must be called again at the latest.
  using Look = std::function<std::optional<TimePoint>(bool asked)>;

  // watched: a file whose changes are a reason to look; without one, only asking is.
  // The first look comes at once. Errors: kIo when there are too many open files,
  // kUnavailable when no thread can be started.
  [[nodiscard]] static Result<std::unique_ptr<SourceWatcher>> Start(
      const std::optional<std::string>& watched, Look look);
  SourceWatcher(const SourceWatcher&) = delete;
  SourceWatcher& operator=(const SourceWatcher&) = delete;
  // Waits for a look that is under way.
  ~SourceWatcher();

  // Asks for a look. An eventfd: eight bytes written to it do the same.
  void Ask() const;
  [[nodiscard]] int wake_descriptor() const { return wake_; }

 private:
  SourceWatcher(int wake, const std::optional<std::string>& watched, Look look);

  void Run(const std::stop_token& stop);
  void Wait(std::optional<TimePoint> until, TimePoint looked_at);
  bool WaitForEvent(std::optional<TimePoint> until);
  bool TakeAsked() const;

  int wake_;
  std::optional<FileWatch> watch_;
  Look look_;
  std::jthread thread_;
};

}  // namespace batchsizer::runtime
