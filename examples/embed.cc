// Your own inference loop, kept under a power cap in six lines.
#include <batchsizer/batchsizer.h>

#include <algorithm>
#include <cstdio>

double RunMyModel(int images);  // yours: runs one batch

int main() {
  const batchsizer::SteadyClock clock;
  const auto meter =
      batchsizer::SampleInBackground(batchsizer::OpenPowerMeter("auto", clock).value());
  batchsizer::AdjustableCap cap(batchsizer::Watts(45));  // any thread may cap.Set(...)
  const auto controller =
      batchsizer::Controller::Create({}, {.meter = meter.get(), .cap = &cap, .clock = &clock})
          .value();
  for (int left = 20000; left > 0;) {
    const int images = std::min(left, controller->batch_size().value());
    RunMyModel(images);
    controller->BatchDone(images);
    left -= images;
  }
  std::printf("batch size at the end: %d\n", controller->batch_size().value());
}
