// The control loop in a program of somebody else: a made-up accelerator that
// draws 50 W and 1 W more for each image of a batch, under a cap of 100 W.
#include <batchsizer/controller.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <span>

namespace {

class Meter final : public batchsizer::PowerMeter {
 public:
  explicit Meter(const batchsizer::Clock& clock) : clock_(clock) {}
  [[nodiscard]] const batchsizer::MeterInfo& Info() const override { return info_; }
  std::size_t Drain(std::span<batchsizer::PowerReading> out) override {
    if (out.empty()) return 0;
    out[0] = {clock_.Now(), batchsizer::Watts(50.0 + batch_size)};
    return 1;
  }

  int batch_size = 0;

 private:
  const batchsizer::Clock& clock_;
  batchsizer::MeterInfo info_{
      .name = "outside", .source = batchsizer::PowerSource::kEmulated, .repeats_exactly = true};
};

}  // namespace

int main() {
  batchsizer::VirtualClock clock;
  Meter meter(clock);
  const batchsizer::AdjustableCap cap(batchsizer::Watts(100.0));
  batchsizer::ControllerParts parts;
  parts.meter = &meter;
  parts.cap = &cap;
  parts.clock = &clock;
  const auto controller = batchsizer::Controller::Create({}, parts);
  if (!controller) {
    std::printf("%s\n", controller.error().message.c_str());
    return 1;
  }
  for (int batch = 0; batch < 1000; ++batch) {
    meter.batch_size = (*controller)->batch_size().value();
    clock.Advance(batchsizer::FromSeconds(0.01));
    (*controller)->BatchDone(meter.batch_size);
  }
  // 32 is the largest of the default sizes that draws no more than 100 W.
  const int chosen = (*controller)->batch_size().value();
  std::printf("batch size %d\n", chosen);
  return chosen == 32 ? 0 : 1;
}
