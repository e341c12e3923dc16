#include "flow/result/csv_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace batchsizer::flow {
namespace {

using ::testing::ElementsAre;

std::string Cell(std::string_view text) {
  std::string out;
  AppendCsvCell(out, text);
  return out;
}

TEST(CsvText, PutsInQuotesWhatNeedsThem) {
  EXPECT_EQ(Cell("plain.jpg"), "plain.jpg");
  EXPECT_EQ(Cell("Grüße.jpg"), "Grüße.jpg");
  EXPECT_EQ(Cell("a,b"), "\"a,b\"");
  EXPECT_EQ(Cell("say \"a\""), "\"say \"\"a\"\"\"");
  EXPECT_EQ(Cell("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(Cell(" a"), "\" a\"");
  EXPECT_EQ(Cell("caf\xE9"), "caf\xEF\xBF\xBD");
  EXPECT_EQ(Cell(std::string_view("a\0b", 3)),
            "a\xEF\xBF\xBD"
            "b");
}

TEST(CsvText, ReadsBackWhatItWrote) {
  std::string record = Cell("a,\"b\"\n");
  record += ',' + Cell("") + ',' + Cell("c");
  std::vector<std::string> cells;
  ASSERT_TRUE(ParseCsvRecord(record, cells));
  EXPECT_THAT(cells, ElementsAre("a,\"b\"\n", "", "c"));
  ASSERT_TRUE(ParseCsvRecord("", cells));
  EXPECT_THAT(cells, ElementsAre(""));
}

TEST(CsvText, RefusesWhatIsNoRecord) {
  std::vector<std::string> cells;
  for (const auto* text : {"\"a", "\"a\"b", "a\"b", "a\nb", "\"a\"\"", "x,\"a\" "}) {
    EXPECT_FALSE(ParseCsvRecord(text, cells)) << text;
  }
}

}  // namespace
}  // namespace batchsizer::flow
