#include "flow/batch/row_schedule.h"

#include <algorithm>
#include <utility>

namespace batchsizer::flow {

std::uint64_t RowSchedule::Claim() {
  ++filling_;
  std::uint64_t row = end_;
  if (given_back_.empty()) {
    ++end_;
  } else {  // the consumer waits for the first of them
    const auto first = std::min_element(given_back_.begin(), given_back_.end());
    row = *first;
    given_back_.erase(first);
  }
  At(row) = State::kFilling;
  return row;
}

void RowSchedule::Filled(std::uint64_t row) {
  At(row) = State::kReady;
  --filling_;
  AdvanceReady();
}

void RowSchedule::GiveBack(std::uint64_t row) {
  At(row) = State::kGivenBack;
  --filling_;
  given_back_.push_back(row);
  if (input_ended_) EndInput();
}

void RowSchedule::EndInput() {
  input_ended_ = true;
  for (const std::uint64_t row : given_back_) At(row) = State::kHole;
  holes_ += given_back_.size();
  given_back_.clear();
}

void RowSchedule::Grow(std::size_t capacity) {
  std::vector<State> rows(capacity, State::kFilling);
  for (std::uint64_t row = head_; row < end_; ++row) rows[row % capacity] = At(row);
  rows_ = std::move(rows);
}

std::optional<RowSchedule::Move> RowSchedule::CloseHole() {
  if (!AllSettled()) return std::nullopt;
  while (holes_ > 0 && At(end_ - 1) == State::kHole) {
    --end_;
    --holes_;
  }
  if (holes_ == 0) return std::nullopt;
  // With nothing being filled, what stops the ready rows is the first hole.
  const Move move{--end_, ready_end_};
  At(move.to) = At(move.from);
  --holes_;
  AdvanceReady();
  return move;
}

void RowSchedule::AdvanceReady() {
  while (ready_end_ < end_ && At(ready_end_) == State::kReady) ++ready_end_;
}

}  // namespace batchsizer::flow
