#include "record/report/explain_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/trace_csv.h"

namespace batchsizer::record {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Page(const std::string& rows, const ExplainOptions& options = {},
                 const nlohmann::json& summary = {}) {
  const auto trace = ParseTrace(std::string(kTraceHeader) + "\n" + rows, "t.csv");
  return MakeExplainPage(*trace, ListDecisions(*trace, options.alpha), options, summary);
}

// What the script reads.
nlohmann::json DataOf(const std::string& page) {
  const std::string open = "id=\"data\">";
  const auto from = page.find(open) + open.size();
  return nlohmann::json::parse(page.substr(from, page.find("</script>", from) - from));
}

constexpr const char* kRows =
    "1,160,16,,90,80,130,160,raise,below-band\n"
    "3,640,32,,140,,130,320,lower,above-cap\n"
    "4.000001,160,16,,,,130,160,keep,no-reading\n";

TEST(ExplainPage, HoldsEveryWindow) {
  const auto data = DataOf(Page(kRows));
  EXPECT_EQ(data["end"], nlohmann::json({1, 3, 4.000001}));
  EXPECT_EQ(data["batch"], nlohmann::json({16, 32, 16}));
  EXPECT_EQ(data["peak"], nlohmann::json({90, 140, nullptr}));
  EXPECT_EQ(data["mean"], nlohmann::json({80, nullptr, nullptr}));
  EXPECT_EQ(data["above"], nlohmann::json({1}));
  EXPECT_EQ(data["decision"], nlohmann::json({0, 1, 2}));
  EXPECT_EQ(data["decisionKinds"][0], nlohmann::json({"raise", "room for more"}));
  EXPECT_EQ(data["entries"].size(), 3);
  EXPECT_FALSE(data.contains("clock"));
  EXPECT_TRUE(data["alpha"].is_null());
}

TEST(ExplainPage, HasAClockWhereThereIsOne) {
  EXPECT_EQ(DataOf(Page("1,160,16,1404,90,80,130,160,keep,fixed\n"))["clock"],
            nlohmann::json({1404}));
}

TEST(ExplainPage, KeepsStrangeNamesAsText) {
  ExplainOptions options;
  options.title = "</title><script>alert(1)</script>";
  options.file_name = "caf\xE9\"><img src=x>.csv";
  options.note = "{{data}} <b>";
  const std::string page = Page(kRows, options);
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, HasSubstr("{{data}} &lt;b&gt;"));
}

TEST(ExplainPage, SaysWhetherItIsEmulated) {
  EXPECT_THAT(Page(kRows), HasSubstr("A trace does not say which device"));
  nlohmann::json summary = {
      {"emulated", true}, {"policy", "batchsizer"}, {"device", "emulated:p40"}};
  const std::string page = Page(kRows, {}, summary);
  EXPECT_THAT(page, HasSubstr("<b>Emulated.</b>"));
  EXPECT_THAT(page, HasSubstr("Policy batchsizer on emulated:p40"));
  EXPECT_THAT(page, Not(HasSubstr("A trace does not say")));
  summary["emulated"] = false;
  EXPECT_THAT(Page(kRows, {}, summary), Not(HasSubstr("Emulated.")));
}

TEST(ExplainPage, SaysWhatIsMissing) {
  EXPECT_THAT(Page(""), HasSubstr("Nothing to show yet"));
  EXPECT_THAT(Page("1,160,16"), HasSubstr("Line 2 is cut off"));
  EXPECT_THAT(Page(kRows), Not(HasSubstr("Nothing to show yet")));
}

TEST(ExplainPage, CarriesTheLicenceOfWhatIsInIt) {
  EXPECT_THAT(Page(kRows), HasSubstr("The MIT License"));
}

}  // namespace
}  // namespace batchsizer::record
