// Units as types: a watt cannot be added to a joule, nor a bare double passed
// where a clock is meant.
//
// A Quantity is a double with a tag: construction is explicit, the only way out
// is value(). Operators exist where physics has one (W * s = J, J / s = W).
// Time is std::chrono on one TimePoint type, whatever clock it comes from
// (steady or virtual), so that code under a virtual clock is the same code.
//
// Thread safety: plain values.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace batchsizer {

// A double with a unit.
template <typename Tag>
class Quantity {
 public:
  constexpr Quantity() = default;
  explicit constexpr Quantity(double value) : value_(value) {}

  [[nodiscard]] constexpr double value() const { return value_; }

  friend constexpr auto operator<=>(Quantity, Quantity) = default;
  friend constexpr Quantity operator+(Quantity a, Quantity b) {
    return Quantity(a.value_ + b.value_);
  }
  friend constexpr Quantity operator-(Quantity a, Quantity b) {
    return Quantity(a.value_ - b.value_);
  }
  friend constexpr Quantity operator*(Quantity a, double k) { return Quantity(a.value_ * k); }
  friend constexpr Quantity operator*(double k, Quantity a) { return Quantity(a.value_ * k); }
  friend constexpr Quantity operator/(Quantity a, double k) { return Quantity(a.value_ / k); }
  friend constexpr double operator/(Quantity a, Quantity b) { return a.value_ / b.value_; }
  constexpr Quantity& operator+=(Quantity b) {
    value_ += b.value_;
    return *this;
  }

 private:
  double value_ = 0.0;
};

using Watts = Quantity<struct WattsTag>;
using Joules = Quantity<struct JoulesTag>;
using Megahertz = Quantity<struct MegahertzTag>;
using ImagesPerSecond = Quantity<struct ImagesPerSecondTag>;

// The time base of an accelerator: steady_clock for real ones, virtual time for
// emulated ones. Only differences mean anything; the epoch is the base's own.
struct TimeBase {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<TimeBase, duration>;
  static constexpr bool is_steady = true;
};
using Duration = TimeBase::duration;
using TimePoint = TimeBase::time_point;

// As a number, for files and vendor calls.
[[nodiscard]] constexpr double ToSeconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}
// Rounds to the nearest nanosecond. REQUIRES: |seconds| < 2^63 ns (292 years).
[[nodiscard]] constexpr Duration FromSeconds(double seconds) {
  return Duration(static_cast<std::int64_t>(seconds * 1e9 + (seconds < 0 ? -0.5 : 0.5)));
}

[[nodiscard]] constexpr Joules operator*(Watts p, Duration d) {
  return Joules(p.value() * ToSeconds(d));
}
[[nodiscard]] constexpr Joules operator*(Duration d, Watts p) { return p * d; }
// REQUIRES: d > 0.
[[nodiscard]] constexpr Watts operator/(Joules e, Duration d) {
  return Watts(e.value() / ToSeconds(d));
}

// How many images one run of the engine takes. REQUIRES: at least 1.
class BatchSize {
 public:
  constexpr BatchSize() = default;
  explicit constexpr BatchSize(int value) : value_(value) {}
  [[nodiscard]] constexpr int value() const { return value_; }
  friend constexpr auto operator<=>(BatchSize, BatchSize) = default;

 private:
  int value_ = 1;
};

}  // namespace batchsizer
