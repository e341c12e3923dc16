#include "flow/batch/row_ring.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <numeric>
#include <utility>

#include "base/errno_error.h"

namespace batchsizer::flow {
namespace {

tl::unexpected<Error> CannotMap(std::size_t bytes, int error) {
  return base::ErrnoError(fmt::format("no ring of {} MiB for the images", bytes >> 20U), error);
}

// Addresses for both copies are reserved first, so that nothing can come between.
// The second is the same memory once more: what mremap gives for an old size of 0.
// (A memory file would do as well, but for a process whose files may not grow.)
Result<std::byte*> MapRing(std::size_t bytes) {
  void* const both =
      mmap(nullptr, 2 * bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (both == MAP_FAILED) return CannotMap(bytes, errno);
  auto* const first = static_cast<std::byte*>(both);
  const bool mapped =
      mmap(first, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
          MAP_FAILED &&
      mremap(first, 0, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, first + bytes) != MAP_FAILED;
  if (mapped) return first;
  const int error = errno;
  munmap(both, 2 * bytes);
  return CannotMap(bytes, error);
}

// As many rows as fill whole pages, where that takes a quarter more at most. Then
// rows lie at the same places in every round, and an engine meets no new ones.
std::size_t WholeRows(std::size_t row_bytes, std::size_t rows, std::size_t page) {
  const std::size_t step = page / std::gcd(page, row_bytes);
  const std::size_t whole = (rows + step - 1) / step * step;
  return whole - rows <= rows / 4 ? whole : rows;
}

}  // namespace

Result<RowRing> RowRing::Create(std::size_t row_bytes, std::size_t rows) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  constexpr std::size_t kMost = std::numeric_limits<std::ptrdiff_t>::max() / 4;
  if (row_bytes == 0 || rows == 0 || rows > kMost / row_bytes) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{} rows of {} bytes make no ring", rows, row_bytes));
  }
  const std::size_t ring_bytes =
      (row_bytes * WholeRows(row_bytes, rows, page) + page - 1) / page * page;
  const auto memory = MapRing(ring_bytes);
  if (!memory) return tl::unexpected(memory.error());
  return RowRing(*memory, ring_bytes, row_bytes);
}

RowRing::RowRing(RowRing&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)),
      ring_bytes_(other.ring_bytes_),
      row_bytes_(other.row_bytes_) {}

RowRing& RowRing::operator=(RowRing&& other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(ring_bytes_, other.ring_bytes_);
  std::swap(row_bytes_, other.row_bytes_);
  return *this;
}

RowRing::~RowRing() {
  if (memory_ != nullptr) munmap(memory_, 2 * ring_bytes_);
}

std::byte* RowRing::Row(std::uint64_t row) const {
  return memory_ + row * row_bytes_ % ring_bytes_;
}

}  // namespace batchsizer::flow
