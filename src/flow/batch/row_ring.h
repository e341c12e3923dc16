// Rows of the batch tensor in a ring without a seam: the memory is mapped twice,
// back to back, so that any run of rows up to the ring's capacity lies in one
// piece, across the end of the ring too. Decoders write each image where the
// engine will read it, and batches of any size begin at any row, with no copy.
//
// Rows are numbered from 0 without end. Any Capacity() rows in succession are
// apart from one another; the next one takes the memory of the first. The ring's
// length is a whole number of pages, not of rows: a row may straddle the end.
//
// Errors: kOutOfMemory, kIo (the system cannot map memory twice), kInvalidInput.
// Thread safety: immutable; who may write which row is the caller's business.
#pragma once

#include <cstddef>
#include <cstdint>

#include "batchsizer/result.h"

namespace batchsizer::flow {

class RowRing {
 public:
  // At least rows rows of row_bytes bytes, a quarter more at most. REQUIRES: both
  // at least 1.
  [[nodiscard]] static Result<RowRing> Create(std::size_t row_bytes, std::size_t rows);

  RowRing(RowRing&& other) noexcept;
  RowRing& operator=(RowRing&& other) noexcept;
  RowRing(const RowRing&) = delete;
  RowRing& operator=(const RowRing&) = delete;
  ~RowRing();

  // How many rows there are at a time; at least what was asked for.
  [[nodiscard]] std::size_t Capacity() const { return ring_bytes_ / row_bytes_; }
  [[nodiscard]] std::size_t RowBytes() const { return row_bytes_; }
  // Capacity() x RowBytes() bytes can be read and written from here on.
  [[nodiscard]] std::byte* Row(std::uint64_t row) const;

 private:
  RowRing(std::byte* memory, std::size_t ring_bytes, std::size_t row_bytes)
      : memory_(memory), ring_bytes_(ring_bytes), row_bytes_(row_bytes) {}

  std::byte* memory_ = nullptr;  // 2 x ring_bytes_ of addresses, ring_bytes_ of memory
  std::size_t ring_bytes_ = 0;
  std::size_t row_bytes_ = 1;
};

}  // namespace batchsizer::flow
