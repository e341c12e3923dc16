#include "record/reason_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace batchsizer::record {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

DecisionFacts Facts(Reason reason, double peak_w, double cap_w = 130) {
  DecisionFacts facts;
  facts.decision = {{BatchSize(32), std::nullopt}, Action::kRaise, reason};
  facts.before = {BatchSize(16), std::nullopt};
  facts.lowest_peak = facts.highest_peak = Watts(peak_w);
  facts.cap = facts.next_cap = Watts(cap_w);
  facts.alpha = 0.8;
  return facts;
}

TEST(ReasonText, HasWordsOfItsOwnForEveryReason) {
  std::set<std::string_view> seen;
  for (int i = 0; i <= static_cast<int>(Reason::kEndOfRun); ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_TRUE(seen.insert(Describe(reason)).second) << ToString(reason);
    for (const double peak_w : {50.0, 110.0, 150.0}) {
      EXPECT_THAT(DescribeReason(Facts(reason, peak_w)), Not(HasSubstr("{"))) << ToString(reason);
    }
  }
}

TEST(ReasonText, SaysWhatTheFiguresWere) {
  EXPECT_EQ(DescribeReason(Facts(Reason::kBelowBand, 96)),
            "peak 96 W is under the band [104, 130] W: room for more");
  EXPECT_EQ(DescribeReason(Facts(Reason::kWithinBand, 120)),
            "peak 120 W is in the band [104, 130] W: close enough");
  EXPECT_EQ(DescribeReason(Facts(Reason::kAboveCap, 140.25)),
            "peak 140.2 W is above the cap of 130 W");
}

TEST(ReasonText, DoesNotInventABand) {
  DecisionFacts facts = Facts(Reason::kBelowBand, 96);
  facts.alpha.reset();
  EXPECT_EQ(DescribeReason(facts), "peak 96 W is well under the cap of 130 W: room for more");
}

TEST(ReasonText, GivesTheRangeOfSeveralWindows) {
  DecisionFacts facts = Facts(Reason::kWithinBand, 120);
  facts.lowest_peak = Watts(110.5);
  EXPECT_THAT(DescribeReason(facts), HasSubstr("peaks 110.5 to 120 W are in the band"));
}

TEST(ReasonText, JudgesByTheNewCapWhereThatIsWhatHappened) {
  DecisionFacts facts = Facts(Reason::kAboveCap, 150, 200);
  facts.next_cap = Watts(130);
  EXPECT_EQ(DescribeReason(facts), "peak 150 W is above the new cap of 130 W");
  facts.next_cap = Watts(180);  // moved later: the decision was about the old one
  facts.cap = Watts(140);
  EXPECT_EQ(DescribeReason(facts), "peak 150 W is above the cap of 140 W");
}

TEST(ReasonText, SaysNoFiguresThatContradictIt) {
  EXPECT_EQ(DescribeReason(Facts(Reason::kWithinBand, 140)), Describe(Reason::kWithinBand));
  EXPECT_EQ(DescribeReason(Facts(Reason::kBelowBand, 140)), Describe(Reason::kBelowBand));
  EXPECT_EQ(DescribeReason(Facts(Reason::kBelowBand, 120)),
            "peak 120 W is under the cap of 130 W: room for more");
  EXPECT_EQ(DescribeReason(Facts(Reason::kWithinBand, 90)),
            "peak 90 W is under the cap of 130 W: close enough");
  EXPECT_EQ(DescribeReason(Facts(Reason::kAboveCap, 120)), Describe(Reason::kAboveCap));
  DecisionFacts unknown = Facts(Reason::kAtLargest, 0);
  unknown.lowest_peak.reset();
  unknown.highest_peak.reset();
  EXPECT_EQ(DescribeReason(unknown), Describe(Reason::kAtLargest));
}

TEST(ActionText, SaysFromWhereToWhere) {
  DecisionFacts facts = Facts(Reason::kBelowBand, 96);
  EXPECT_EQ(DescribeAction(facts), "raise 16 → 32");
  facts.before.clock = Megahertz(1303);
  facts.decision.setting.clock = Megahertz(1404);
  EXPECT_EQ(DescribeAction(facts), "raise 16 → 32, clock 1303 → 1404 MHz");
  facts.decision.setting.batch_size = BatchSize(16);
  EXPECT_EQ(DescribeAction(facts), "raise clock 1303 → 1404 MHz");
  facts.decision.setting.clock = Megahertz(1303);
  EXPECT_EQ(DescribeAction(facts), "raise from 16");  // the end of a trace: to what is not known
  facts.decision.action = Action::kKeep;
  EXPECT_EQ(DescribeAction(facts), "keep 16");
}

}  // namespace
}  // namespace batchsizer::record
