#include "runtime/watched_cap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

namespace batchsizer::runtime {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A folder of its own, a cap file in it, and what is told of it.
class WatchedCapTest : public ::testing::Test {
 protected:
  WatchedCapTest() {
    std::string name = (fs::temp_directory_path() / "batchsizer-cap-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~WatchedCapTest() override {
    cap_.reset();
    fs::remove_all(folder_);
  }

  [[nodiscard]] std::string Path(const std::string& name = "cap") const {
    return (folder_ / name).string();
  }
  void Write(const std::string& text, const std::string& name = "cap") const {
    std::ofstream(Path(name), std::ios::trunc) << text;
  }
  // As a careful writer does it.
  void Replace(const std::string& text, const std::string& name = "cap") const {
    Write(text, "new");
    fs::rename(Path("new"), Path(name));
  }
  void Open(const std::string& name = "cap") {
    auto cap = WatchedCap::Open(Path(name), Watts(250), [this](const control::CapNews& news) {
      const std::lock_guard lock(mutex_);
      said_.push_back(news.text);
    });
    ASSERT_TRUE(cap.has_value()) << cap.error().message;
    cap_ = std::move(*cap);
  }
  [[nodiscard]] std::string ErrorOf(const std::string& name) const {
    const auto cap = WatchedCap::Open(Path(name), Watts(250), [](const control::CapNews&) {});
    return cap ? "" : cap.error().message;
  }
  [[nodiscard]] Watts Cap() const { return cap_->At({}); }
  [[nodiscard]] std::vector<std::string> Said() {
    const std::lock_guard lock(mutex_);
    return said_;
  }
  // Whether it comes true; not a limit on speed, but nothing may hang.
  template <typename Condition>
  [[nodiscard]] static bool Becomes(Condition condition) {
    for (int i = 0; i < 20'000 && !condition(); ++i) std::this_thread::sleep_for(milliseconds(1));
    return condition();
  }
  [[nodiscard]] bool CapBecomes(double watts) const {
    return Becomes([this, watts] { return Cap() == Watts(watts); });
  }
  [[nodiscard]] bool SaysSoMuch(std::size_t count) {
    return Becomes([this, count] { return Said().size() >= count; });
  }

  fs::path folder_;
  std::mutex mutex_;
  std::vector<std::string> said_;
  std::unique_ptr<WatchedCap> cap_;
};

TEST_F(WatchedCapTest, HoldsWhatTheFileSaysAtTheStart) {
  Write("120W\n");
  Open();
  EXPECT_EQ(Cap(), Watts(120));
  EXPECT_EQ(cap_->HoldsUntil({}), TimePoint::max());
}

TEST_F(WatchedCapTest, RefusesAFileThatIsMissingOrWrongAtTheStart) {
  EXPECT_THAT(ErrorOf("none"), HasSubstr(Path("none") + ": cannot be opened"));
  Write("much", "wrong");
  EXPECT_THAT(ErrorOf("wrong"), HasSubstr(Path("wrong") + ": 'much' is not a power cap"));
  Write(std::string(100'000, '1'), "long");
  EXPECT_THAT(ErrorOf("long"), HasSubstr("holds 100000 bytes"));
  EXPECT_THAT(ErrorOf("."), HasSubstr("a folder"));
}

TEST_F(WatchedCapTest, FollowsARewriteInPlaceAndAReplacement) {
  Write("120\n");
  Open();
  for (int i = 0; i < 20; ++i) {
    Write(std::to_string(100 + i) + "\n");
    EXPECT_TRUE(CapBecomes(100 + i));
    Replace(std::to_string(200 + i) + "\n");
    EXPECT_TRUE(CapBecomes(200 + i));
  }
  EXPECT_THAT(Said(), IsEmpty());
}

TEST_F(WatchedCapTest, FollowsAWriterThatKeepsTheFileOpen) {
  Write("120\n");
  Open();
  std::FILE* file = std::fopen(Path().c_str(), "r+");
  ASSERT_NE(file, nullptr);
  for (const int watts : {130, 140, 150}) {
    std::rewind(file);
    std::fprintf(file, "%d\n", watts);
    std::fflush(file);
    EXPECT_TRUE(CapBecomes(watts));
  }
  std::fclose(file);
}

TEST_F(WatchedCapTest, TellsOnceOfAWrongValueAndThatItIsRightAgain) {
  Write("120\n");
  Open();
  for (int i = 0; i < 5; ++i) Replace("-7\n");
  EXPECT_TRUE(SaysSoMuch(1));
  for (int i = 0; i < 5; ++i) Write("-7\n");
  Replace("many\n");
  EXPECT_TRUE(SaysSoMuch(2));
  EXPECT_EQ(Cap(), Watts(120));
  Replace("90\n");
  EXPECT_TRUE(CapBecomes(90));
  EXPECT_TRUE(SaysSoMuch(3));
  EXPECT_THAT(Said(), ElementsAre(Path() + ": '-7' is not above 0 W; right would be 120, 120W or "
                                           "70%; the cap stays 120 W",
                                  HasSubstr("'many' is not a power cap"),
                                  Path() + ": is right again; the cap is 90 W"));
}

TEST_F(WatchedCapTest, KeepsTheCapOfAFileThatVanishes) {
  Write("120\n");
  Open();
  fs::remove(Path());
  EXPECT_TRUE(SaysSoMuch(1));
  EXPECT_EQ(Cap(), Watts(120));
  Write("80\n");
  EXPECT_TRUE(CapBecomes(80));
  EXPECT_TRUE(SaysSoMuch(2));
  EXPECT_THAT(Said(), ElementsAre(HasSubstr("No such file or directory; the cap stays 120 W"),
                                  HasSubstr("right again; the cap is 80 W")));
}

TEST_F(WatchedCapTest, FollowsSymlinksThatAreSwappedAsInAConfigMap) {
  fs::create_directory(Path("v1"));
  fs::create_directory(Path("v2"));
  Write("120\n", "v1/cap");
  Write("90\n", "v2/cap");
  fs::create_symlink("v1", Path("..data"));
  fs::create_symlink("..data/cap", Path("cap"));
  Open();
  EXPECT_EQ(Cap(), Watts(120));
  fs::create_symlink("v2", Path("..data_tmp"));
  fs::rename(Path("..data_tmp"), Path("..data"));
  EXPECT_TRUE(CapBecomes(90));
  fs::remove_all(Path("v1"));
  Write("95\n", "v2/cap");
  EXPECT_TRUE(CapBecomes(95));
  EXPECT_THAT(Said(), IsEmpty());
}

TEST_F(WatchedCapTest, FindsAFolderThatWasMadeAnew) {
  fs::create_directory(Path("rack"));
  Write("120\n", "rack/cap");
  Open("rack/cap");
  fs::remove_all(Path("rack"));
  EXPECT_TRUE(SaysSoMuch(1));
  fs::create_directory(Path("rack"));
  Write("70\n", "rack/cap");
  EXPECT_TRUE(CapBecomes(70));
  Write("75\n", "rack/cap");
  EXPECT_TRUE(CapBecomes(75));
}

// Only the folder of the file is watched: of a swap further up no event tells.
TEST_F(WatchedCapTest, SeesAChangeOfWhichNoEventTells) {
  fs::create_directories(Path("a/rack"));
  fs::create_directories(Path("b/rack"));
  Write("120\n", "a/rack/cap");
  Write("60\n", "b/rack/cap");
  Open("a/rack/cap");
  fs::rename(Path("a"), Path("gone"));
  fs::rename(Path("b"), Path("a"));
  EXPECT_TRUE(CapBecomes(60));
}

TEST_F(WatchedCapTest, LooksAtTheContentAndNotAtTimes) {
  Write("120\n");
  Open();
  const auto written = fs::last_write_time(Path());
  Write("121\n");  // as long, and (below) as old
  fs::last_write_time(Path(), written - std::chrono::hours(24));
  EXPECT_TRUE(CapBecomes(121));
}

TEST_F(WatchedCapTest, ReadsAgainWhenAskedAndTellsTheOutcome) {
  Write("120\n");
  Open();
  const std::uint64_t one = 1;
  ASSERT_EQ(::write(cap_->wake_descriptor(), &one, sizeof one), 8);
  EXPECT_TRUE(SaysSoMuch(1));
  EXPECT_THAT(Said(), ElementsAre(Path() + ": read again; the cap is 120 W"));
}

}  // namespace
}  // namespace batchsizer::runtime
