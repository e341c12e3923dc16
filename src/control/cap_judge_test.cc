#include "control/cap_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace batchsizer::control {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Source {
  CapJudge judge{"cap", Watts(100)};
  std::vector<std::string> said;
  TimePoint now{};

  void Take(const Result<Watts>& found, bool asked = false) {
    if (const auto news = judge.Take(now, found, asked)) said.push_back(news->text);
  }
  void Good(double watts) { Take(Watts(watts)); }
  void Wrong(const std::string& message, bool asked = false) {
    Take(MakeError(ErrorCode::kInvalidInput, message), asked);
  }
  // Looks every 10 ms for so long, as somebody does who is woken all the time.
  void WrongFor(milliseconds length, const std::string& message) {
    for (milliseconds past{0}; past <= length; past += milliseconds(10)) {
      Wrong(message);
      now += milliseconds(10);
    }
  }
};

TEST(CapJudge, TakesAGoodValueAtOnceAndInSilence) {
  Source source;
  source.Good(120);
  EXPECT_EQ(source.judge.cap(), Watts(120));
  EXPECT_THAT(source.said, IsEmpty());
  EXPECT_FALSE(source.judge.undecided_until());
}

TEST(CapJudge, GivesAHalfWrittenFileTime) {
  Source source;
  source.WrongFor(milliseconds(50), "cap: holds nothing");
  EXPECT_EQ(source.judge.undecided_until(), TimePoint{} + CapJudge::kGrace);
  source.Good(120);
  EXPECT_THAT(source.said, IsEmpty());
  EXPECT_EQ(source.judge.cap(), Watts(120));
  EXPECT_FALSE(source.judge.undecided_until());
}

TEST(CapJudge, KeepsTheCapAndTellsOnceOfEachWrongThing) {
  Source source;
  source.WrongFor(milliseconds(500), "cap: 'x' is wrong");
  EXPECT_THAT(source.said, ElementsAre("cap: 'x' is wrong; the cap stays 100 W"));
  source.WrongFor(milliseconds(500), "cap: 'y' is wrong");
  source.WrongFor(milliseconds(500), "cap: 'x' is wrong");
  EXPECT_THAT(source.said, ElementsAre(HasSubstr("'x'"), HasSubstr("'y'")));
  EXPECT_EQ(source.judge.cap(), Watts(100));
}

TEST(CapJudge, DoesNotTellOfTheMomentBetweenTwoWrongThings) {
  Source source;
  source.WrongFor(milliseconds(200), "cap: 'x' is wrong");
  source.WrongFor(milliseconds(50), "cap: holds nothing");
  source.Good(90);
  EXPECT_THAT(source.said, ElementsAre(HasSubstr("'x'"), "cap: is right again; the cap is 90 W"));
}

TEST(CapJudge, TellsAgainAfterItWasRight) {
  Source source;
  for (int i = 0; i < 2; ++i) {
    source.WrongFor(milliseconds(200), "cap: 'x' is wrong");
    source.Good(90);
  }
  EXPECT_THAT(source.said, ElementsAre(HasSubstr("'x'"), HasSubstr("right again"),
                                       HasSubstr("stays 90 W"), HasSubstr("right again")));
}

TEST(CapJudge, LosesPatienceWithWhatNeverStaysTheSame) {
  Source source;
  for (int i = 0; i < 200; ++i) {
    source.Wrong("cap: '" + std::to_string(i) + "' is wrong");
    source.now += milliseconds(10);
  }
  EXPECT_THAT(source.said, ElementsAre(HasSubstr("stays 100 W")));
}

TEST(CapJudge, StopsTellingWhenThereIsNoEndOfIt) {
  Source source;
  for (int i = 0; i < 50; ++i) {
    source.WrongFor(milliseconds(200), "cap: '" + std::to_string(i) + "' is wrong");
  }
  ASSERT_EQ(source.said.size(), CapJudge::kMostTold + 1);
  EXPECT_THAT(source.said.back(), HasSubstr("not told until it is right again"));
}

TEST(CapJudge, AnswersWhoeverAsks) {
  Source source;
  source.Take(Watts(120), true);
  EXPECT_THAT(source.said, ElementsAre("cap: read again; the cap is 120 W"));
  source.WrongFor(milliseconds(200), "cap: 'x' is wrong");
  source.Wrong("cap: 'x' is wrong", true);
  source.Wrong("cap: 'x' is wrong");
  EXPECT_THAT(source.said, ElementsAre(HasSubstr("120 W"), HasSubstr("'x'"), HasSubstr("'x'")));
}

TEST(CapJudge, AnswersWhenItHasMadeUpItsMind) {
  Source source;
  source.Wrong("cap: holds nothing", true);
  EXPECT_THAT(source.said, IsEmpty());
  source.now += milliseconds(20);
  source.Good(80);
  EXPECT_THAT(source.said, ElementsAre("cap: read again; the cap is 80 W"));
}

}  // namespace
}  // namespace batchsizer::control
