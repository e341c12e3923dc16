// Public figures of a Tesla P40 beside what the emulation gives: the table in
// docs/p40-emulation.md, and the test that keeps it true. Not part of the library.
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <vector>

#include "batchsizer/result.h"
#include "sim/device/device_description.h"

namespace batchsizer::sim {

struct Figure {
  std::string group;  // what was measured, and by whom
  std::string name;   // network, batch size, clock
  std::string unit;
  double published = 0;
  double emulated = 0;
  double tolerance = 0;  // of the relative error, as the test holds it
  double weight = 0;     // in the fit (tools/p40_fit.py); 0: not fitted, a check

  [[nodiscard]] double RelativeError() const { return emulated / published - 1; }
};

// All figures for a device description. Errors: those of CreateDevicePlant.
[[nodiscard]] Result<std::vector<Figure>> Calibrate(const DeviceDescription& device);

}  // namespace batchsizer::sim
