// What to make of a cap source that somebody else rewrites while it is read: which
// value holds, and what is to be told of it.
//
// A source that is found empty or half written is looked at again before it is called
// wrong: a writer may be at work on it. What is wrong keeps the cap as it is, and is
// told once: again only after it was right meanwhile, or when somebody asks.
//
// Thread safety: one thread at a time. No I/O, no clock: time is handed in.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "batchsizer/result.h"
#include "batchsizer/units.h"

namespace batchsizer::control {

struct CapNews {
  bool trouble = false;  // else it is over, or an answer to a question
  std::string text;
};
// Called on whatever thread watches the source.
using TellCapNews = std::function<void(const CapNews&)>;

class CapJudge {
 public:
  // How long what is wrong must stay the same before it is told.
  static constexpr Duration kGrace = std::chrono::milliseconds(100);
  // What never stays the same is told after that long.
  static constexpr Duration kPatience = std::chrono::seconds(1);
  // Different things wrong that are told in a row; then only that there are more.
  static constexpr std::size_t kMostTold = 10;

  // name: of the source, for what is told; cap: what holds at first.
  CapJudge(std::string name, Watts cap) : name_(std::move(name)), cap_(cap) {}

  // What was found at that time (ascending); an error's message names the source.
  // asked: somebody wants to hear of the outcome, whatever it is.
  std::optional<CapNews> Take(TimePoint now, const Result<Watts>& found, bool asked);

  [[nodiscard]] Watts cap() const { return cap_; }
  // When to look again at the latest, because what was found may be half written.
  [[nodiscard]] std::optional<TimePoint> undecided_until() const { return undecided_until_; }

 private:
  std::optional<CapNews> TakeGood(Watts cap);
  std::optional<CapNews> TakeWrong(TimePoint now, const std::string& message);

  std::string name_;
  Watts cap_;
  bool asked_ = false;
  std::string wrong_;  // empty: right
  TimePoint same_since_{};
  TimePoint wrong_since_{};
  std::set<std::string> told_;
  std::optional<TimePoint> undecided_until_;
};

}  // namespace batchsizer::control
