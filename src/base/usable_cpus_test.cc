#include "base/usable_cpus.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <filesystem>
#include <fstream>
#include <string_view>
#include <thread>

namespace batchsizer::base {
namespace {

// A root folder with the few files that are read.
class CpuQuotaTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    root_ = std::filesystem::path(::testing::TempDir()) / "usable_cpus_test" / test->name();
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void Write(std::string_view path, std::string_view content) const {
    const auto file = root_ / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << content;
  }
  std::optional<int> Quota() const { return CpuQuota(root_.string()); }

  std::filesystem::path root_;
};

TEST_F(CpuQuotaTest, NoneWhereThereAreNoControlGroups) {
  EXPECT_EQ(Quota(), std::nullopt);
  Write("proc/self/cgroup", "nonsense\n1:2\n");
  EXPECT_EQ(Quota(), std::nullopt);
}

TEST_F(CpuQuotaTest, Version2IsRoundedUp) {
  Write("proc/self/cgroup", "0::/\n");
  Write("sys/fs/cgroup/cpu.max", "150000 100000\n");
  EXPECT_EQ(Quota(), 2);
  Write("sys/fs/cgroup/cpu.max", "1000 100000\n");
  EXPECT_EQ(Quota(), 1);
  Write("sys/fs/cgroup/cpu.max", "max 100000\n");
  EXPECT_EQ(Quota(), std::nullopt);
}

TEST_F(CpuQuotaTest, TheTightestGroupAboveCounts) {
  Write("proc/self/cgroup", "0::/user/job/step\n");
  Write("sys/fs/cgroup/user/job/step/cpu.max", "800000 100000\n");
  Write("sys/fs/cgroup/user/job/cpu.max", "300000 100000\n");
  Write("sys/fs/cgroup/user/cpu.max", "max 100000\n");
  EXPECT_EQ(Quota(), 3);
}

TEST_F(CpuQuotaTest, AGroupThatIsSeenOnlyFromOutsideIsPassedOver) {
  Write("proc/self/cgroup", "0::/../../kubepods/pod7\n");
  Write("sys/fs/cgroup/cpu.max", "200000 100000\n");
  EXPECT_EQ(Quota(), 2);
}

TEST_F(CpuQuotaTest, Version1) {
  Write("proc/self/cgroup", "5:memory:/docker/7\n4:cpu,cpuacct:/docker/7\n1:cpuset:/docker/7\n");
  Write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "250000\n");
  Write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(Quota(), 3);
  Write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(Quota(), std::nullopt);
}

TEST(UsableCpus, FollowsTheAffinityMask) {
  const int before = UsableCpus();
  EXPECT_GE(before, 1);
  // Another thread's mask is its own: this one's stays as it was.
  std::thread narrowed([] {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(sched_getcpu()), &one);
    ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
    EXPECT_EQ(UsableCpus(), 1);
  });
  narrowed.join();
  EXPECT_EQ(UsableCpus(), before);
}

}  // namespace
}  // namespace batchsizer::base
