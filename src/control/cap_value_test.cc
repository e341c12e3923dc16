#include "control/cap_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace batchsizer::control {
namespace {

using ::testing::HasSubstr;

constexpr Watts kMaximum{250};

std::string ErrorOf(const Result<Watts>& cap) { return cap ? "" : cap.error().message; }

TEST(CapValue, IsANumberOfWattsOrAPercentage) {
  EXPECT_EQ(ParseCapValue("120", {}), Watts(120));
  EXPECT_EQ(ParseCapValue(" 120.5W ", {}), Watts(120.5));
  EXPECT_EQ(ParseCapValue("1e2w", {}), Watts(100));
  EXPECT_EQ(ParseCapValue("70%", kMaximum), Watts(175));
}

TEST(CapValue, SaysWhatWouldBeRight) {
  for (const char* text : {"", "abc", "nan", "inf", "120 W W", "12O", "-", "0x10"}) {
    EXPECT_THAT(ErrorOf(ParseCapValue(text, kMaximum)), HasSubstr("right would be 120")) << text;
  }
  for (const char* text : {"0", "-5", "-0", "0W"}) {
    EXPECT_THAT(ErrorOf(ParseCapValue(text, kMaximum)), HasSubstr("not above 0 W")) << text;
  }
  for (const char* text : {"0%", "101%", "-3%"}) {
    EXPECT_THAT(ErrorOf(ParseCapValue(text, kMaximum)), HasSubstr("0% < cap <= 100%")) << text;
  }
  EXPECT_THAT(ErrorOf(ParseCapValue("x%", kMaximum)), HasSubstr("right would be 70%"));
  EXPECT_THAT(ErrorOf(ParseCapValue("70%", {})), HasSubstr("give watts"));
}

TEST(CapFile, MayHaveBlanksAndComments) {
  for (const char* text :
       {"120", "120\n", "  120W \r\n", "# set by the rack\n\n120\n", "\t120\n\n"}) {
    EXPECT_EQ(ParseCapFile(text, kMaximum), Watts(120)) << text;
  }
  EXPECT_EQ(ParseCapFile("50%\n", kMaximum), Watts(125));
}

TEST(CapFile, HoldsOneValue) {
  for (const char* text : {"", "\n", " \n\n", "# 120\n"}) {
    EXPECT_THAT(ErrorOf(ParseCapFile(text, kMaximum)), HasSubstr("holds no power cap")) << text;
  }
  EXPECT_EQ(ErrorOf(ParseCapFile("120\n130\n", kMaximum)),
            "holds '120' and '130'; right would be one value, such as 120, 120W or 70%");
}

TEST(CapFile, IsNotInOtherUnits) {
  EXPECT_EQ(ParseCapFile("750", kMaximum), Watts(750));
  EXPECT_THAT(ErrorOf(ParseCapFile("120000000", kMaximum)),
              HasSubstr("more than 3 x the device's maximum of 250 W"));
  EXPECT_TRUE(ParseCapFile("120000000", {}).has_value());
}

TEST(CapFile, IsQuotedShortAndPrintable) {
  EXPECT_THAT(ErrorOf(ParseCapFile(std::string("\x1b[31m\xff"), {})), HasSubstr("'?[31m\uFFFD'"));
  const std::string message = ErrorOf(ParseCapFile(std::string(4000, 'x'), {}));
  EXPECT_THAT(message, HasSubstr("xxx...'"));
  EXPECT_LT(message.size(), 120U);
  EXPECT_FALSE(ParseCapFile(std::string("12\0"
                                        "0",
                                        4),
                            {})
                   .has_value());
  EXPECT_FALSE(ParseCapFile(std::string(60, '1'), {}).has_value());  // not cut to a number
}

}  // namespace
}  // namespace batchsizer::control
