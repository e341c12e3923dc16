#include "runtime/reread_trace.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "control/cap_trace.h"

namespace batchsizer::runtime {

Result<std::unique_ptr<RereadTrace>> RereadTrace::Create(const std::string& path,
                                                         std::vector<SteppedCap::Step> steps,
                                                         TimePoint start,
                                                         control::TellCapNews tell) {
  auto first = SteppedCap::Create(std::move(steps), start);
  if (!first) return tl::unexpected(first.error());
  std::unique_ptr<RereadTrace> cap(
      new RereadTrace(path, std::move(*first), start, std::move(tell)));
  auto watcher = SourceWatcher::Start(std::nullopt, [self = cap.get()](bool asked) {
    if (asked) self->Read();
    return std::nullopt;
  });
  if (!watcher) return tl::unexpected(watcher.error());
  cap->watcher_ = std::move(*watcher);
  return cap;
}

RereadTrace::RereadTrace(std::string path, SteppedCap first, TimePoint start,
                         control::TellCapNews tell)
    : path_(std::move(path)), start_(start), tell_(std::move(tell)) {
  versions_.push_back(std::make_unique<SteppedCap>(std::move(first)));
  current_.store(versions_.back().get(), std::memory_order_release);
}

Watts RereadTrace::At(TimePoint time) const {
  return current_.load(std::memory_order_acquire)->At(time);
}

TimePoint RereadTrace::HoldsUntil(TimePoint time) const {
  return current_.load(std::memory_order_acquire)->HoldsUntil(time);
}

void RereadTrace::Read() {
  const Status read = Replace();
  if (!read) return tell_({true, fmt::format("{}; the old trace stays", read.error().message)});
  tell_({false, fmt::format("{}: read again, {} steps", path_, versions_.back()->steps().size())});
}

Status RereadTrace::Replace() {
  // A pipe was read to its end the first time: there is nothing more in it.
  const auto text = base::ReadRegularFile(path_);
  if (!text) return tl::unexpected(text.error());
  auto steps = control::ParseCapTrace(*text, path_);
  if (!steps) return tl::unexpected(steps.error());
  auto cap = SteppedCap::Create(std::move(*steps), start_);
  if (!cap) return Annotate(path_, cap.error());
  versions_.push_back(std::make_unique<SteppedCap>(std::move(*cap)));
  current_.store(versions_.back().get(), std::memory_order_release);
  return {};
}

}  // namespace batchsizer::runtime
