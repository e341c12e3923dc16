// Which row is at which stage: the bookkeeping of the image feeder, without its
// threads and without its images.
//
// Rows are numbered from 0 without end. In order, they are
//   released | ready, the consumer's | claimed: ready or being filled | free
//            ^ Head()                ^ Head() + Ready()
// A row whose image is broken, with no other at hand, is given back, and is the first
// to be claimed again. When no image is left for it, it is a hole; once nobody fills
// any more, ready rows from the end move into the holes, so that the consumer never
// sees one.
//
// Thread safety: thread-compatible; the feeder holds its lock around each call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace batchsizer::flow {

class RowSchedule {
 public:
  struct Move {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
  };

  // Through a ring of capacity rows. REQUIRES: capacity >= 1.
  explicit RowSchedule(std::size_t capacity) : rows_(capacity) {}

  // For those who fill rows. most: how many rows may be in use at a time.
  [[nodiscard]] bool HasRoom(std::size_t most) const {
    return !given_back_.empty() || (end_ - head_ < rows_.size() && end_ - head_ < most);
  }
  // The next row. REQUIRES: HasRoom, EndInput not called. The claimer calls Filled or
  // GiveBack for the row.
  [[nodiscard]] std::uint64_t Claim();
  void Filled(std::uint64_t row);
  void GiveBack(std::uint64_t row);
  [[nodiscard]] bool IsAnyBeingFilled() const { return filling_ > 0; }
  // No further row will be claimed, for now or for ever. Idempotent.
  void EndInput();
  // Rows may be claimed again. REQUIRES: all holes are closed.
  void ResumeInput() { input_ended_ = false; }
  // To be called after Filled, GiveBack and EndInput, until it gives none: the caller
  // copies row from onto row to before it lets go of the lock.
  [[nodiscard]] std::optional<Move> CloseHole();

  // Rows may lie in another ring from now on. REQUIRES: capacity is not less than now.
  void Grow(std::size_t capacity);
  // Calls visit(row) for every row that has something in it, in any order.
  template <typename Visit>
  void ForEachFilled(Visit visit) const {
    for (std::uint64_t row = head_; row < end_; ++row) {
      if (rows_[row % rows_.size()] == State::kReady) visit(row);
    }
  }

  // For the consumer.
  [[nodiscard]] std::uint64_t Head() const { return head_; }
  [[nodiscard]] std::size_t Ready() const { return static_cast<std::size_t>(ready_end_ - head_); }
  // No further row becomes ready.
  [[nodiscard]] bool Finished() const { return AllSettled() && holes_ == 0; }
  // Gives the first count rows back. REQUIRES: count <= Ready().
  void Release(std::size_t count) { head_ += count; }

 private:
  enum class State : std::uint8_t { kFilling, kReady, kGivenBack, kHole };

  [[nodiscard]] State& At(std::uint64_t row) { return rows_[row % rows_.size()]; }
  [[nodiscard]] bool AllSettled() const { return input_ended_ && filling_ == 0; }
  void AdvanceReady();

  std::vector<State> rows_;  // row r is at r % size
  std::vector<std::uint64_t> given_back_;
  bool input_ended_ = false;
  std::size_t filling_ = 0;
  std::size_t holes_ = 0;
  std::uint64_t head_ = 0;
  std::uint64_t ready_end_ = 0;
  std::uint64_t end_ = 0;  // one past the last claimed row
};

}  // namespace batchsizer::flow
