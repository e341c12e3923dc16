#include "flow/batch/row_schedule.h"

namespace batchsizer::flow {

RowSchedule::RowSchedule(std::size_t images, std::size_t capacity)
    : images_(images), rows_(capacity) {}

RowSchedule::Job RowSchedule::Claim() {
  const Job job{end_++, next_image_++};
  At(job.row) = {State::kFilling, job.image};
  ++filling_;
  return job;
}

void RowSchedule::Filled(std::uint64_t row) {
  At(row).state = State::kReady;
  --filling_;
  AdvanceReady();
}

std::optional<std::size_t> RowSchedule::Failed(std::uint64_t row) {
  if (HasImages()) {
    At(row).image = next_image_;
    return next_image_++;
  }
  At(row).state = State::kHole;
  --filling_;
  ++holes_;
  return std::nullopt;
}

std::optional<RowSchedule::Move> RowSchedule::CloseHole() {
  if (!AllSettled()) return std::nullopt;
  while (holes_ > 0 && At(end_ - 1).state == State::kHole) {
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
  while (ready_end_ < end_ && At(ready_end_).state == State::kReady) ++ready_end_;
}

}  // namespace batchsizer::flow
