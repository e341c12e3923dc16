#include "runtime/reread_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <future>

#include "control/cap_trace.h"

namespace batchsizer::runtime {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

constexpr TimePoint kStart{seconds(1000)};

class RereadTraceTest : public ::testing::Test {
 protected:
  RereadTraceTest() {
    std::string name = (std::filesystem::temp_directory_path() / "batchsizer-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~RereadTraceTest() override {
    cap_.reset();
    std::filesystem::remove_all(folder_);
  }

  [[nodiscard]] std::string Path() const { return folder_ + "/trace.csv"; }
  void Write(const std::string& rows) const {
    std::ofstream(Path()) << "time_s,power_cap_w\n" << rows;
  }
  void Create() {
    cap_ = RereadTrace::Create(Path(), control::ReadCapTrace(Path()).value(), kStart,
                               [this](const control::CapNews& news) { said_->set_value(news); })
               .value();
  }
  // What is told when it has been read again.
  control::CapNews Reread() {
    said_.emplace();
    auto news = said_->get_future();
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(cap_->wake_descriptor(), &one, sizeof one), 8);
    return news.get();
  }
  [[nodiscard]] double At(int second) const { return cap_->At(kStart + seconds(second)).value(); }

  std::string folder_;
  std::optional<std::promise<control::CapNews>> said_;
  std::unique_ptr<RereadTrace> cap_;
};

TEST_F(RereadTraceTest, CountsFromTheStartOfTheRunAlsoWhenReadAgain) {
  Write("0,100\n10,80\n");
  Create();
  EXPECT_EQ(At(9), 100);
  EXPECT_EQ(At(10), 80);
  Write("0,150\n20,90\n");
  EXPECT_EQ(At(11), 80);  // nobody asked
  EXPECT_THAT(Reread().text, HasSubstr("read again, 2 steps"));
  EXPECT_EQ(At(11), 150);
  EXPECT_EQ(cap_->HoldsUntil(kStart + seconds(11)), kStart + seconds(20));
  EXPECT_EQ(At(20), 90);
}

TEST_F(RereadTraceTest, KeepsTheOldOneWhenTheNewOneIsWrong) {
  Write("0,100\n");
  Create();
  Write("0,150\n5,-1\n");
  const control::CapNews news = Reread();
  EXPECT_TRUE(news.trouble);
  EXPECT_THAT(news.text, HasSubstr("trace.csv:3: power_cap_w: -1 is not a cap"));
  EXPECT_THAT(news.text, HasSubstr("the old trace stays"));
  EXPECT_EQ(At(1), 100);
  std::filesystem::remove(Path());
  EXPECT_THAT(Reread().text, HasSubstr("No such file"));
  EXPECT_EQ(At(1), 100);
}

TEST_F(RereadTraceTest, MayBeReadAgainWhileSomebodyReadsIt) {
  Write("0,100\n");
  Create();
  std::atomic<bool> done{false};
  std::thread reader([&] {
    while (!done) EXPECT_GE(At(1), 100);
  });
  for (int i = 1; i <= 50; ++i) {
    Write("0," + std::to_string(100 + i) + "\n");
    EXPECT_FALSE(Reread().trouble);
  }
  done = true;
  reader.join();
  EXPECT_EQ(At(1), 150);
}

}  // namespace
}  // namespace batchsizer::runtime
