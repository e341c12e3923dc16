#include "control/cap_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace batchsizer::control {
namespace {

using ::testing::HasSubstr;

std::string ErrorOf(std::string_view text) {
  const auto steps = ParseCapTrace(text, "cap.csv");
  return steps ? "" : steps.error().message;
}

TEST(CapTrace, ReadsRowsCommentsAndWindowsLineEnds) {
  const auto steps =
      ParseCapTrace("# night\r\ntime_s,power_cap_w\r\n0,100\r\n2.5,80.5\r\n", "cap.csv");
  ASSERT_TRUE(steps.has_value()) << steps.error().message;
  ASSERT_EQ(steps->size(), 2U);
  EXPECT_EQ((*steps)[1].from, std::chrono::milliseconds(2500));
  EXPECT_EQ((*steps)[1].cap, Watts(80.5));
}

TEST(CapTrace, NamesTheLineAndWhatWouldBeRight) {
  const std::string header = "time_s,power_cap_w\n";
  EXPECT_EQ(ErrorOf(header + "0,100\n5,0\n"),
            "cap.csv:3: power_cap_w: 0 is not a cap; it must be above 0");
  EXPECT_THAT(ErrorOf(header + "0,-3\n"), HasSubstr("-3 is not a cap"));
  EXPECT_THAT(ErrorOf(header + "1,100\n"), HasSubstr("cap.csv:2: time_s: the first row is at 1"));
  EXPECT_THAT(ErrorOf(header + "0,100\n5,90\n5,80\n"), HasSubstr("cap.csv:4: time_s: 5 is not"));
  EXPECT_THAT(ErrorOf(header + "0,100\n1,90\n1.0000000001,80\n"), HasSubstr("cap.csv:4: time_s"));
  EXPECT_THAT(ErrorOf(header + "0,100\n-1e300,90\n"), HasSubstr("cap.csv:3: time_s"));
  EXPECT_THAT(ErrorOf(header + "0,100\n1e12,90\n"),
              HasSubstr("cap.csv:3: time_s: 1000000000000 is"));
  EXPECT_THAT(ErrorOf(header + "0,nan\n"), HasSubstr("'nan' is not a number"));
  EXPECT_THAT(ErrorOf(header + "0,12OW\n"), HasSubstr("'12OW' is not a number"));
  EXPECT_THAT(ErrorOf(header), HasSubstr("empty"));
  EXPECT_THAT(ErrorOf("time,cap\n0,100\n"), HasSubstr("it must be 'time_s,power_cap_w'"));
}

TEST(CapTrace, SaysThatAFileIsNotThere) {
  const auto steps = ReadCapTrace("/no/such/cap.csv");
  ASSERT_FALSE(steps.has_value());
  EXPECT_EQ(steps.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace batchsizer::control
