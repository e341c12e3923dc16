// For tests: a folder that looks like /sys/class/powercap or /sys/class/hwmon,
// removed when the test ends.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "control/power/sysfs.h"

namespace batchsizer::power {

class FakeSysfs {
 public:
  FakeSysfs() {
    std::string pattern = (std::filesystem::temp_directory_path() / "fake_sysfs_XXXXXX").string();
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  FakeSysfs(const FakeSysfs&) = delete;
  FakeSysfs& operator=(const FakeSysfs&) = delete;
  ~FakeSysfs() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  [[nodiscard]] const std::string& root() const { return root_; }

  // Rewrites the file in place, as the kernel's attributes change under an open
  // descriptor.
  void Write(const std::string& path, std::string_view content) const {
    const std::filesystem::path full = std::filesystem::path(root_) / path;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full) << content << '\n';
  }

 private:
  std::string root_;
};

// Refuses the files whose path ends so, as the kernel refuses a user who is not root.
inline OpenFunction Denying(std::string_view ending) {
  return [ending = std::string(ending)](const char* path) {
    return std::string_view(path).ends_with(ending) ? -EACCES : OpenReadOnly(path);
  };
}

// Makes every later read of an open descriptor give what path gives; a folder
// gives errors, as a sensor does whose device has gone.
inline void Redirect(int descriptor, const std::string& path) {
  const int other = OpenReadOnly(path.c_str());
  ASSERT_GE(::dup2(other, descriptor), 0);
  ::close(other);
}

}  // namespace batchsizer::power
