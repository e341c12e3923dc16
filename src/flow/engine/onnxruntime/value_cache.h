// Remembers the tensor handles made for a piece of memory and a batch size, so
// that a steady loop makes none. A handle only points at memory; forgetting one
// and making it again is always right.
//
// Includes no vendor header; for the .cc files of this folder.
// Thread safety: thread-compatible.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

namespace batchsizer::flow {

// Value: a movable handle that is false when empty.
template <typename Value>
class ValueCache {
 public:
  // Calls make() unless the handle is known. The reference is good until the
  // next call.
  template <typename Make>
  Value& Get(const void* memory, int batch, Make make) {
    for (Entry& entry : entries_) {
      if (entry.batch == batch && entry.memory == memory) return entry.value;
    }
    Value value = make();  // may throw: the cache is then as before
    Entry& entry = entries_[next_];
    next_ = (next_ + 1) % entries_.size();
    entry = {memory, batch, std::move(value)};
    return entry.value;
  }

  void Clear() {
    for (Entry& entry : entries_) entry = Entry{};
  }

 private:
  struct Entry {
    const void* memory = nullptr;
    int batch = 0;  // 0: empty
    Value value{nullptr};
  };
  // A few buffers times the batch sizes in use; the oldest makes room.
  std::array<Entry, 64> entries_;
  std::size_t next_ = 0;
};

}  // namespace batchsizer::flow
