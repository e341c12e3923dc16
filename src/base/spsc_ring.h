// A ring of values between one writing and one reading thread, without locks.
//
// Thread safety: one thread pushes, one pops. Allocates at construction only.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <vector>

namespace batchsizer::base {

template <typename T>
class SpscRing {
 public:
  // Holds capacity values. REQUIRES: capacity >= 1.
  explicit SpscRing(std::size_t capacity) : slots_(capacity + 1) {}

  // False when the ring is full: the value is not taken.
  bool Push(const T& value) {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    const std::size_t next = Next(tail);
    if (next == head_.load(std::memory_order_acquire)) return false;
    slots_[tail] = value;
    tail_.store(next, std::memory_order_release);
    return true;
  }

  std::optional<T> Pop() {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return std::nullopt;
    const T value = slots_[head];
    head_.store(Next(head), std::memory_order_release);
    return value;
  }

 private:
  [[nodiscard]] std::size_t Next(std::size_t at) const {
    return at + 1 == slots_.size() ? 0 : at + 1;
  }

  std::vector<T> slots_;
  std::atomic<std::size_t> head_{0};
  std::atomic<std::size_t> tail_{0};
};

}  // namespace batchsizer::base
