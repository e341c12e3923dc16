// Who fills which row with which image: the bookkeeping of the image feeder,
// without its threads.
//
// Rows are numbered from 0 without end. In order, they are
//   released | ready, the consumer's | claimed: ready or being filled | free
//            ^ Head()                ^ Head() + Ready()
// A row whose image is broken goes to the next image. When there is none, the row
// is a hole; once nobody fills any more, ready rows from the end move into the
// holes, so that the consumer never sees one.
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
  struct Job {
    std::uint64_t row = 0;
    std::size_t image = 0;
  };
  struct Move {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
  };

  // Images 0 to images - 1 through a ring of capacity rows. REQUIRES: capacity >= 1.
  RowSchedule(std::size_t images, std::size_t capacity);

  // For those who fill rows.
  [[nodiscard]] bool HasImages() const { return next_image_ < images_; }
  [[nodiscard]] bool CanClaim() const { return HasImages() && end_ - head_ < rows_.size(); }
  // REQUIRES: CanClaim(). The claimer calls Filled or Failed for the row.
  [[nodiscard]] Job Claim();
  void Filled(std::uint64_t row);
  // The image is broken: the next one for the same row, to be answered for as
  // before, or none, and then the row is no longer the caller's.
  [[nodiscard]] std::optional<std::size_t> Failed(std::uint64_t row);
  // To be called after Filled and after Failed gave none, until it gives none:
  // the caller copies row from onto row to before it lets go of the lock.
  [[nodiscard]] std::optional<Move> CloseHole();

  // For the consumer.
  [[nodiscard]] std::uint64_t Head() const { return head_; }
  [[nodiscard]] std::size_t Ready() const { return static_cast<std::size_t>(ready_end_ - head_); }
  // No further row becomes ready.
  [[nodiscard]] bool Finished() const { return AllSettled() && holes_ == 0; }
  // REQUIRES: row is ready.
  [[nodiscard]] std::size_t ImageOf(std::uint64_t row) const { return At(row).image; }
  // Gives the first count rows back. REQUIRES: count <= Ready().
  void Release(std::size_t count) { head_ += count; }

 private:
  enum class State { kFilling, kReady, kHole };
  struct Row {
    State state = State::kFilling;
    std::size_t image = 0;
  };

  [[nodiscard]] Row& At(std::uint64_t row) { return rows_[row % rows_.size()]; }
  [[nodiscard]] const Row& At(std::uint64_t row) const { return rows_[row % rows_.size()]; }
  [[nodiscard]] bool AllSettled() const { return !HasImages() && filling_ == 0; }
  void AdvanceReady();

  std::size_t images_;
  std::size_t next_image_ = 0;
  std::vector<Row> rows_;  // row r is at r % size
  std::size_t filling_ = 0;
  std::size_t holes_ = 0;
  std::uint64_t head_ = 0;
  std::uint64_t ready_end_ = 0;
  std::uint64_t end_ = 0;  // one past the last claimed row
};

}  // namespace batchsizer::flow
