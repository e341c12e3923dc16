#include "flow/result/run_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace batchsizer::flow {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

RunIdentity Job(const std::string& top = "5", const std::string& folder = "/home/me") {
  return {.fields = {{"model", "9f3a", "m.onnx"}, {"top", top, ""}}, .folder = folder};
}

TEST(RunIdentity, IsTheSameWhateverAFileIsCalled) {
  RunIdentity now = Job();
  now.fields[0].shown = "copy.onnx";
  EXPECT_EQ(DifferenceOf(Job(), now), "");
}

TEST(RunIdentity, NamesEachFieldThatDiffersWithBothValues) {
  const RunIdentity now{.fields = {{"model", "17bc", "n.onnx"}, {"top", "3", ""}},
                        .folder = "/home/me"};
  EXPECT_EQ(DifferenceOf(Job(), now),
            "model: was m.onnx (9f3a), is now n.onnx (17bc); top: was 5, is now 3");
}

TEST(RunIdentity, AFieldThatOnlyOneHasDiffers) {
  RunIdentity now = Job();
  now.fields.push_back({"crop", "0.9", ""});
  EXPECT_EQ(DifferenceOf(Job(), now), "crop: was not told, is now 0.9");
  EXPECT_EQ(DifferenceOf(now, Job()), "crop: was 0.9, is now not told");
}

TEST(RunIdentity, RelativeNamesBelongToTheFolder) {
  RunIdentity now = Job("5", "/tmp");
  EXPECT_THAT(DifferenceOf(Job(), now), AllOf(HasSubstr("/home/me"), HasSubstr("/tmp")));
  now.names_are_absolute = true;
  EXPECT_EQ(DifferenceOf(Job(), now), "");
}

TEST(RunIdentity, BytesThatNoJournalCanHoldMakeNoDifference) {
  EXPECT_EQ(DifferenceOf(Job("caf\xEF\xBF\xBD"), Job("caf\xE9")), "");
}

}  // namespace
}  // namespace batchsizer::flow
