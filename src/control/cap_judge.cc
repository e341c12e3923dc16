#include "control/cap_judge.h"

#include <fmt/format.h>

#include <utility>

namespace batchsizer::control {

std::optional<CapNews> CapJudge::Take(TimePoint now, const Result<Watts>& found, bool asked) {
  asked_ = asked_ || asked;
  undecided_until_.reset();
  return found ? TakeGood(*found) : TakeWrong(now, found.error().message);
}

std::optional<CapNews> CapJudge::TakeGood(Watts cap) {
  cap_ = cap;
  wrong_.clear();
  const bool was_told = !std::exchange(told_, {}).empty();
  const bool asked = std::exchange(asked_, false);
  if (was_told)
    return CapNews{false, fmt::format("{}: is right again; the cap is {:g} W", name_, cap.value())};
  if (asked)
    return CapNews{false, fmt::format("{}: read again; the cap is {:g} W", name_, cap.value())};
  return std::nullopt;
}

std::optional<CapNews> CapJudge::TakeWrong(TimePoint now, const std::string& message) {
  if (wrong_.empty()) wrong_since_ = now;
  if (message != wrong_) {
    wrong_ = message;
    same_since_ = now;
  }
  const bool impatient = told_.empty() && now - wrong_since_ >= kPatience;
  if (now - same_since_ < kGrace && !impatient) {
    undecided_until_ = same_since_ + kGrace;
    return std::nullopt;
  }
  const bool asked = std::exchange(asked_, false);
  const bool many = told_.size() >= kMostTold;
  const bool first = told_.size() <= kMostTold && told_.insert(message).second;
  if (!asked && !first) return std::nullopt;
  if (many && !asked) {
    return CapNews{true, fmt::format("{}: what else is wrong is not told until it is right again; "
                                     "the cap stays {:g} W",
                                     name_, cap_.value())};
  }
  return CapNews{true, fmt::format("{}; the cap stays {:g} W", message, cap_.value())};
}

}  // namespace batchsizer::control
