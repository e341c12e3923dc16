#include "flow/source/line_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "flow/image/test_images.h"

namespace batchsizer::flow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TemporaryFolder;

testing::Bytes BytesOf(std::string_view text) { return {text.begin(), text.end()}; }

std::vector<std::string> NamesIn(ImageSource& source) {
  std::vector<std::string> names;
  ImageItem item;
  while (source.Next(item, {})) names.push_back(item.error ? "?" + item.name : item.name);
  return names;
}

std::vector<std::string> NamesOf(std::string_view text) {
  const TemporaryFolder folder;
  const auto source = OpenImageSource(folder.Write("list.txt", BytesOf(text)));
  if (!source) return {source.error().message};
  return NamesIn(**source);
}

TEST(LineSource, TakesOnePathALine) {
  EXPECT_THAT(NamesOf("a.jpg\nb c/d.png\n"), ElementsAre("a.jpg", "b c/d.png"));
}

TEST(LineSource, NeedsNoLineEndAtTheEnd) {
  EXPECT_THAT(NamesOf("a.jpg\nb.jpg"), ElementsAre("a.jpg", "b.jpg"));
}

TEST(LineSource, LeavesOutEmptyLinesAndCarriageReturns) {
  EXPECT_THAT(NamesOf("\n\na.jpg\r\n\r\n  b.jpg\n"), ElementsAre("a.jpg", "  b.jpg"));
}

TEST(LineSource, TakesNulSeparatedPathsWithLineEndsInThem) {
  EXPECT_THAT(NamesOf({"a.jpg\0b\nc.jpg\0", 14}), ElementsAre("a.jpg", "b\nc.jpg"));
}

TEST(LineSource, ALineThatIsNoPathIsAnImageThatFails) {
  EXPECT_THAT(NamesOf({"a.jpg\nb\0c.jpg\nd.jpg\n", 20}), ElementsAre("a.jpg", "?b", "d.jpg"));
  const auto names = NamesOf("a.jpg\n" + std::string(100'000, 'x') + "\nb.jpg\n");
  ASSERT_GE(names.size(), 3U);
  EXPECT_EQ(names.front(), "a.jpg");
  EXPECT_THAT(names[1], HasSubstr("?xxxx"));
  EXPECT_EQ(names.back(), "b.jpg");
}

TEST(LineSource, ReadsListsThatAreLongerThanItsBuffer) {
  std::string text;
  std::vector<std::string> expected;
  for (int i = 0; i < 30'000; ++i) {
    expected.push_back("photos/" + std::to_string(i) + ".jpg");
    text += expected.back() + "\n";
  }
  EXPECT_EQ(NamesOf(text), expected);
}

TEST(LineSource, BeginsAnew) {
  const TemporaryFolder folder;
  const auto source = OpenImageSource(folder.Write("list", BytesOf("a\nb\n")));
  ASSERT_TRUE(source);
  EXPECT_THAT(NamesIn(**source), ElementsAre("a", "b"));
  ASSERT_TRUE((*source)->Rewind());
  EXPECT_THAT(NamesIn(**source), ElementsAre("a", "b"));
}

TEST(LineSource, SaysThatAnEmptyListHasNoPaths) {
  const TemporaryFolder folder;
  const auto source = OpenImageSource(folder.Write("list", {}));
  ASSERT_TRUE(source);
  EXPECT_THAT(NamesIn(**source), IsEmpty());
  EXPECT_THAT((*source)->NothingFound(), HasSubstr("no paths in it"));
}

TEST(LineSource, StandardInputCanBeReadOnlyOnce) {
  const auto source = LineSource::OnStandardInput();
  const auto rewound = source->Rewind();
  ASSERT_FALSE(rewound);
  EXPECT_EQ(rewound.error().message, "standard input can be read only once");
}

TEST(LineSource, GivesWhatAPipeHasSoFarAndStopsWaitingForMore) {
  const TemporaryFolder folder;
  const std::string path = folder.Path() / "pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::ofstream writer;
  std::jthread opener([&] { writer.open(path); });
  const auto source = OpenImageSource(path);
  opener.join();
  ASSERT_TRUE(source);
  writer << "a.jpg\n" << std::flush;
  ImageItem item;
  ASSERT_TRUE((*source)->Next(item, {}));
  EXPECT_EQ(item.name, "a.jpg");
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_FALSE((*source)->Next(item, stop.get_token()));  // the writer is still there
}

TEST(OpenImageSource, RefusesWhatIsNeitherAListNorAnArchiveNorAnImage) {
  const TemporaryFolder folder;
  for (const auto& path :
       {folder.Write("program", {0x7F, 'E', 'L', 'F', 2, 1, 1}),
        folder.Write("words.jpg", {'h', 'i'}), folder.Write("words.zip", {'h', 'i'}),
        folder.Write("zeros", {0, 0, 0, 0})}) {
    const auto source = OpenImageSource(path);
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().code, ErrorCode::kInvalidInput);
    EXPECT_THAT(source.error().message, HasSubstr(path + ": is neither a folder"));
  }
  const auto device = OpenImageSource("/dev/zero");
  ASSERT_FALSE(device);
  EXPECT_THAT(device.error().message, HasSubstr("/dev/zero: is a device"));
}

TEST(OpenImageSource, TakesASingleImage) {
  const TemporaryFolder folder;
  const auto path = folder.Write("one.dat", testing::EncodePng(testing::Solid(2, 2, {1, 2, 3})));
  const auto source = OpenImageSource(path);
  ASSERT_TRUE(source);
  EXPECT_THAT(NamesIn(**source), ElementsAre(path));
}

}  // namespace
}  // namespace batchsizer::flow
