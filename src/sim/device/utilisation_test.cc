#include "sim/device/utilisation.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>

namespace batchsizer::sim {
namespace {

using std::chrono::milliseconds;

// 30 ms of gap, 10 ms of work.
class GapAndWork final : public Plant {
 public:
  explicit GapAndWork(Duration window) { info_.utilisation_window = window; }
  [[nodiscard]] const PlantInfo& Info() const override { return info_; }
  [[nodiscard]] std::span<const Phase> Batch(BatchSize, Megahertz) override { return phases_; }

 private:
  PlantInfo info_;
  std::array<Phase, 2> phases_{
      {{milliseconds(30), Watts(50), 0.0}, {milliseconds(10), Watts(150), 0.8}}};
};

Utilisation Of(Duration window) {
  GapAndWork plant(window);
  return UtilisationOf(plant, BatchSize(1), Megahertz(1000));
}

TEST(Utilisation, IsMeanAndHighestWithinAWindow) {
  EXPECT_DOUBLE_EQ(Of(milliseconds(20)).mean, 0.2);
  EXPECT_DOUBLE_EQ(Of(milliseconds(20)).highest, 0.4);
  EXPECT_DOUBLE_EQ(Of(milliseconds(5)).highest, 0.8);
}

TEST(Utilisation, WithoutAWindowIsTheHighestOfAnyMoment) {
  EXPECT_DOUBLE_EQ(Of(Duration(0)).highest, 0.8);
}

}  // namespace
}  // namespace batchsizer::sim
