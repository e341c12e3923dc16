// Remembers the tensor handles made for a piece of memory and a batch size, so
// that a loop that comes back to the same places makes none. A handle only
// points at memory; forgetting one and making it again is always right.
//
// A hash table of fixed size, made whole at construction: a steady loop neither
// allocates nor moves anything in it. When it is full, all is forgotten at once,
// so that what a caller no longer uses does not stay for ever, and a caller that
// never comes back pays one handle a batch.
//
// Includes no vendor header; for the .cc files of this folder.
// Thread safety: thread-compatible.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace batchsizer::flow {

// Value: a movable handle that can be made of nullptr.
template <typename Value>
class ValueCache {
 public:
  // Keeps up to most handles. REQUIRES: most at least 1.
  explicit ValueCache(std::size_t most) : slots_(std::bit_ceil(2 * most)), most_(most) {}

  // Calls make() unless the handle is known. The reference is good until the
  // next call. REQUIRES: batch at least 1.
  template <typename Make>
  Value& Get(const void* memory, int batch, Make make) {
    Slot* slot = &Find(memory, batch);
    if (slot->batch == batch) return slot->value;
    Value value = make();  // may throw: the cache is then as before
    if (used_ == most_) {
      Clear();
      slot = &Find(memory, batch);
    }
    ++used_;
    *slot = {memory, batch, std::move(value)};
    return slot->value;
  }

  void Clear() {
    for (Slot& slot : slots_) slot = Slot{};
    used_ = 0;
  }

 private:
  struct Slot {
    const void* memory = nullptr;
    int batch = 0;  // 0: empty
    Value value{nullptr};
  };

  // The handle's slot, or the empty one where it belongs. Half of the slots are
  // always empty: the walk is short.
  Slot& Find(const void* memory, int batch) {
    // Rows of images lie far apart: only the upper bits of a product differ.
    std::uint64_t hash = std::bit_cast<std::uintptr_t>(memory) + static_cast<std::uint64_t>(batch);
    hash *= 0x9e3779b97f4a7c15U;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = (hash >> 32U) & mask;; i = (i + 1) & mask) {
      Slot& slot = slots_[i];
      if (slot.batch == 0 || (slot.batch == batch && slot.memory == memory)) return slot;
    }
  }

  std::vector<Slot> slots_;  // a power of two of them
  std::size_t most_;
  std::size_t used_ = 0;
};

}  // namespace batchsizer::flow
