#include "cli/stderr_pipe.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string_view>
#include <utility>

#include "cli/screen_guard.h"

namespace batchsizer::cli {

StderrPipe::StderrPipe() {
  std::array<int, 2> ends{-1, -1};
  // Who writes more than the pipe holds between two frames loses it, but never waits.
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return;
  before_ = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (before_ >= 0 && ::dup2(ends[1], STDERR_FILENO) >= 0) {
    reading_ = ends[0];
    GuardPipe(reading_);
  } else {
    (void)::close(ends[0]);
  }
  (void)::close(ends[1]);
}

StderrPipe::~StderrPipe() {
  if (reading_ >= 0) (void)Close();
  if (before_ >= 0) (void)::close(before_);
}

std::vector<std::string> StderrPipe::TakeLines() {
  std::vector<std::string> lines;
  std::array<char, 4096> bytes{};
  for (ssize_t count = 0; (count = ::read(reading_, bytes.data(), bytes.size())) > 0;) {
    unfinished_.append(bytes.data(), static_cast<std::size_t>(count));
    for (std::size_t end = 0; (end = unfinished_.find('\n')) != std::string::npos;) {
      lines.push_back(unfinished_.substr(0, end + 1));
      unfinished_.erase(0, end + 1);
    }
  }
  return lines;
}

std::vector<std::string> StderrPipe::Close() {
  if (reading_ < 0) return {};
  (void)::dup2(before_, STDERR_FILENO);
  GuardPipe(-1);
  std::vector<std::string> lines = TakeLines();
  if (!unfinished_.empty()) lines.push_back(std::exchange(unfinished_, "") + '\n');
  (void)::close(std::exchange(reading_, -1));
  return lines;
}

}  // namespace batchsizer::cli
