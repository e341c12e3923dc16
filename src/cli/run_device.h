// --device: the engine, meter, clock and time base that a run uses.
//
// Thread safety: one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/clock.h"
#include "batchsizer/controller.h"
#include "batchsizer/engine.h"
#include "cli/emulation.h"
#include "sim/curve.h"
#include "sim/emulated_accelerator.h"

namespace batchsizer::cli {

struct DeviceRequest {
  std::string device = "auto";  // auto, cpu, cuda:N, emulated:NAME|FILE.toml|curve=FILE
  std::string model_path;       // or zoo:NAME, where nothing is computed
  std::string meter = "auto";   // for real devices: what OpenPowerMeter takes
  std::optional<int> image_size;
  std::optional<ImageLayout> layout;
  int threads = 0;
  bool outputs = true;     // an emulated device computes them on the CPU, unless false
  bool real_time = false;  // an emulated device takes as long as it would
  std::size_t memory_bytes = std::size_t{1} << 30U;  // for the images of batches
  std::uint64_t seed = 1;
  EmulationTexts emulation;
};

class RunDevice {
 public:
  // Errors: kInvalidInput names the device that is meant, or is not known;
  // those of engine, meter, model and curve.
  [[nodiscard]] static Result<std::unique_ptr<RunDevice>> Open(const DeviceRequest& request);

  [[nodiscard]] Engine& engine() { return emulated_engine_ ? *emulated_engine_ : *engine_; }
  [[nodiscard]] bool emulated() const { return accelerator_ != nullptr; }
  [[nodiscard]] const Clock& clock() const;
  [[nodiscard]] const MeterInfo& meter_info() const;
  // Everything a controller needs of the device; cap and sink are the caller's.
  [[nodiscard]] ControllerParts parts();

  // What feeds an emulated device: native, paper; empty for a real one and a curve.
  [[nodiscard]] const std::string& host() const { return host_; }
  // The emulated device itself; null for a real one.
  [[nodiscard]] sim::EmulatedAccelerator* accelerator() { return accelerator_.get(); }

  // The batch sizes that the device takes, up to most (256: the paper's), when nobody
  // asked for others.
  [[nodiscard]] std::vector<BatchSize> DefaultBatchSizes(BatchSize most = BatchSize(256)) const;
  // option: where the sizes, which ascend, come from. Errors: kInvalidInput for a size
  // that the device or the model cannot run.
  [[nodiscard]] Status CheckBatchSizes(std::string_view option,
                                       const std::vector<BatchSize>& sizes) const;
  // Emulated devices only, else empty: what the oracle policy is told.
  [[nodiscard]] std::vector<CurvePoint> KnownCurve(const std::vector<BatchSize>& sizes);

 private:
  RunDevice() = default;
  Status OpenReal(const DeviceRequest& request, const std::string& device);
  Status OpenEmulated(const DeviceRequest& request, const std::string& what);
  [[nodiscard]] BatchSize Largest() const;
  [[nodiscard]] std::size_t MostRows() const;

  SteadyClock steady_;
  std::size_t memory_bytes_ = 0;
  std::string host_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<PowerMeter> meter_;
  std::unique_ptr<sim::EmulatedAccelerator> accelerator_;
  std::unique_ptr<Engine> emulated_engine_;
};

}  // namespace batchsizer::cli
