// The live view: a full screen, drawn by a thread of its own, so that it stays alive
// while a batch takes long and a slow terminal never holds up the run.
//
// What is said on stderr meanwhile is shown in the view, and printed plainly after
// it, when the screen is what it was before.
// Thread safety: that of Display.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "cli/display.h"
#include "cli/screen.h"
#include "cli/stderr_pipe.h"
#include "cli/view/model.h"
#include "cli/view/progress_rate.h"

namespace batchsizer::cli {

class ScreenDisplay final : public Display {
 public:
  explicit ScreenDisplay(const DisplayOptions& options);
  ~ScreenDisplay() override;
  ScreenDisplay(const ScreenDisplay&) = delete;
  ScreenDisplay& operator=(const ScreenDisplay&) = delete;

  void Start() override;
  void OnWindow(const WindowRecord& record) override;
  void OnNotice(const Notice& notice) override;
  void OnFailure() override { failed_.fetch_add(1, std::memory_order_relaxed); }
  void Finish() override;

 private:
  // All of these: the drawing thread.
  void Show();
  void ShowUntilWoken(Screen& screen, StderrPipe& pipe);
  void ObeyJobControl(Screen& screen);
  // Waits a frame's time, for keys, which it takes, or to be woken; false: woken.
  bool Wait(Screen& screen);
  void TakeKeys(const std::string& keys);
  void DrawFrame(Screen& screen);

  void TakeMessage(std::string_view text);
  [[nodiscard]] bool Stopping() const;
  void PrintKept();

  const DisplayOptions options_;
  std::atomic<std::int64_t> failed_{0};

  std::mutex mutex_;  // guards what follows, up to the drawing thread's own
  view::Model model_;
  std::vector<std::string> kept_;  // the first messages, for later
  std::int64_t not_kept_ = 0;

  view::Model shown_;  // what model_ was when the frame was made
  view::ProgressRate rate_;
  bool help_ = false;
  bool asked_to_stop_ = false;
  bool away_ = false;  // stopped, or gone on in the background

  int wake_ = -1;  // an eventfd; something to read there ends the thread
  std::thread thread_;
};

}  // namespace batchsizer::cli
