// Takes what anybody writes to stderr, libraries too, as long as the screen is up:
// it would land in the middle of it.
//
// Thread safety: one thread; other threads may write to stderr all the time.
#pragma once

#include <string>
#include <vector>

namespace batchsizer::cli {

class StderrPipe {
 public:
  // Where the system has no pipe to give, stderr stays what it is.
  StderrPipe();
  ~StderrPipe();
  StderrPipe(const StderrPipe&) = delete;
  StderrPipe& operator=(const StderrPipe&) = delete;

  // The whole lines that have come, each with its end. Does not wait.
  [[nodiscard]] std::vector<std::string> TakeLines();
  // Makes stderr again what it was; the last lines.
  [[nodiscard]] std::vector<std::string> Close();

 private:
  int before_ = -1;
  int reading_ = -1;
  std::string unfinished_;
};

}  // namespace batchsizer::cli
