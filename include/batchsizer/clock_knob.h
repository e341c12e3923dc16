// The accelerator's clock as a knob, where one may turn it.
#pragma once

#include <span>

#include "batchsizer/result.h"
#include "batchsizer/units.h"

namespace batchsizer {

// Thread safety: one thread at a time.
// Implementations put back what they changed in Restore() and in the destructor.
class ClockKnob {
 public:
  virtual ~ClockKnob() = default;
  // Ascending, never empty; the same for the knob's whole life.
  [[nodiscard]] virtual std::span<const Megahertz> Supported() const = 0;
  // One of Supported().
  [[nodiscard]] virtual Megahertz Current() const = 0;
  // REQUIRES: clock is one of Supported(). Takes effect with the next batch.
  virtual Status Set(Megahertz clock) = 0;
  // Sets the hardware back to what it was before the first Set(). Idempotent.
  virtual Status Restore() = 0;
};

}  // namespace batchsizer
