#include "record/report/report_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "record/report/testing/sample_report.h"

namespace batchsizer::record {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ReportFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string path = ::testing::TempDir() + "batchsizer-report-XXXXXX";
    ASSERT_NE(::mkdtemp(path.data()), nullptr);
    parent_ = path;
  }
  void TearDown() override { fs::remove_all(parent_); }

  [[nodiscard]] std::string Path(const std::string& name) const {
    return (parent_ / name).string();
  }
  // Every file below, by its path from here.
  [[nodiscard]] std::vector<std::string> Files() const {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(parent_)) {
      files.push_back(fs::relative(entry.path(), parent_).string());
    }
    std::sort(files.begin(), files.end());
    return files;
  }
  void Put(const std::string& name, const std::string& text) const {
    std::ofstream(parent_ / name) << text;
  }
  [[nodiscard]] std::string Read(const std::string& name) const {
    std::ifstream file(parent_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  fs::path parent_;
};

Report Small() {
  return {.title = "t",
          .sections = {{.title = "s",
                        .tables = {{.id = "table1", .columns = {{.header = "a"}}}},
                        .figures = {testing::SampleSearch()}}},
          .files = {{"jobs.csv", "job\n1\n", "jobs"}}};
}

// No file may grow beyond some bytes, as on a disk that is full.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    (void)std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

TEST_F(ReportFolder, HasPageFiguresAndCsvs) {
  ASSERT_TRUE(WriteReportFolder(Small(), Path("out")));
  EXPECT_THAT(Files(), ElementsAre("out", "out/fig4.csv", "out/figures", "out/figures/fig4.svg",
                                   "out/jobs.csv", "out/report.html", "out/table1.csv"));
  EXPECT_EQ(Read("out/jobs.csv"), "job\n1\n");
  EXPECT_THAT(Read("out/figures/fig4.svg"), HasSubstr("</svg>"));
  EXPECT_THAT(Read("out/report.html"), HasSubstr("</html>"));
}

TEST_F(ReportFolder, MayBeThereAlready) {
  fs::create_directory(Path("out"));
  Put("out/mine.txt", "mine");
  Put("out/report.html", "old");
  ASSERT_TRUE(WriteReportFolder(Small(), Path("out/")));
  EXPECT_EQ(Read("out/mine.txt"), "mine");
  EXPECT_THAT(Read("out/report.html"), HasSubstr("</html>"));
  EXPECT_TRUE(WriteReportFolder(Small(), Path("out")));
}

TEST_F(ReportFolder, LosesWhatOnlyAnEarlierReportHad) {
  ASSERT_TRUE(WriteReportFolder(Small(), Path("out")));
  Put("out/fig5.csv", "mine");
  Report report = Small();
  report.sections[0].figures.clear();
  report.possible_ids = {"table1", "fig4", "none"};
  ASSERT_TRUE(WriteReportFolder(report, Path("out")));
  EXPECT_THAT(Files(), ElementsAre("out", "out/fig5.csv", "out/figures", "out/jobs.csv",
                                   "out/report.html", "out/table1.csv"));
}

TEST_F(ReportFolder, KeepsSuchFilesWhereNoReportWas) {
  fs::create_directory(Path("out"));
  Put("out/fig9.csv", "mine");
  Report report = Small();
  report.possible_ids = {"fig9"};
  ASSERT_TRUE(WriteReportFolder(report, Path("out")));
  EXPECT_EQ(Read("out/fig9.csv"), "mine");
}

TEST_F(ReportFolder, IsMadeWithThoseAboveIt) {
  EXPECT_TRUE(CheckReportFolder(Path("no/such/folder")));
  EXPECT_THAT(Files(), IsEmpty());
  ASSERT_TRUE(WriteReportFolder(Small(), Path("no/such/folder")));
  EXPECT_THAT(Read("no/such/folder/report.html"), HasSubstr("</html>"));
}

TEST_F(ReportFolder, IsLeftAsItWasWhenThereIsNoRoom) {
  fs::create_directory(Path("out"));
  Put("out/report.html", "old");
  Status written;
  {
    const FileSizeLimit limit(4096);  // the CSVs fit, the picture does not
    written = WriteReportFolder(Small(), Path("out"));
  }
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kIo);
  EXPECT_THAT(written.error().message, HasSubstr("cannot be written"));
  EXPECT_THAT(Files(), ElementsAre("out", "out/report.html"));
  EXPECT_EQ(Read("out/report.html"), "old");
}

TEST_F(ReportFolder, IsNotMadeWhenThereIsNoRoom) {
  {
    const FileSizeLimit limit(4096);
    EXPECT_FALSE(WriteReportFolder(Small(), Path("out")));
  }
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(ReportFolder, NeedsAPlaceThatCanBeAFolder) {
  Put("file", "");
  const auto file = WriteReportFolder(Small(), Path("file"));
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(file.error().message, HasSubstr("is no folder"));
  EXPECT_FALSE(WriteReportFolder(Small(), Path("file/below")));
  fs::create_directories(Path("out/report.html"));
  const auto folder = WriteReportFolder(Small(), Path("out"));
  ASSERT_FALSE(folder);
  EXPECT_THAT(folder.error().message, HasSubstr("is no file"));
}

TEST_F(ReportFolder, RefusesNamesThatWouldLeadElsewhere) {
  for (const char* name : {"../jobs.csv", "a/b.csv", "", ".hidden", "a b.csv"}) {
    Report report = Small();
    report.files[0].name = name;
    const auto written = WriteReportFolder(report, Path("out"));
    ASSERT_FALSE(written) << name;
    EXPECT_EQ(written.error().code, ErrorCode::kInvalidInput);
  }
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(ReportFolder, RefusesTwoFilesOfOneName) {
  Report report = Small();
  report.files[0].name = "fig4.csv";
  const auto written = WriteReportFolder(report, Path("out"));
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, HasSubstr("two of its files would be fig4.csv"));
}

TEST_F(ReportFolder, CanBeAskedForBeforehand) {
  EXPECT_TRUE(CheckReportFolder(Path("out")));
  EXPECT_THAT(Files(), IsEmpty());
  fs::create_directory(Path("out"));
  Put("out/report.html", "old");
  EXPECT_TRUE(CheckReportFolder(Path("out")));
  EXPECT_EQ(Read("out/report.html"), "old");
  EXPECT_FALSE(CheckReportFolder(Path("out/report.html")));
  EXPECT_FALSE(CheckReportFolder(Path("out/report.html/below")));
}

}  // namespace
}  // namespace batchsizer::record
