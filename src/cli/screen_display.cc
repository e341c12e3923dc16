#include "cli/screen_display.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <system_error>
#include <utility>

#include "cli/screen_guard.h"
#include "cli/terminal.h"
#include "cli/view/layout.h"

namespace batchsizer::cli {
namespace {

constexpr int kFrameMs = 125;
// A run that is over sooner shows no screen: it would only flash.
constexpr int kBeforeFirstFrameMs = 300;
constexpr std::size_t kKeptMessages = 20;

}  // namespace

ScreenDisplay::ScreenDisplay(const DisplayOptions& options)
    : options_(options), model_(options), shown_(options) {
  kept_.reserve(kKeptMessages);
}

ScreenDisplay::~ScreenDisplay() { ScreenDisplay::Finish(); }

void ScreenDisplay::Start() {
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_ < 0) return;  // out of descriptors: the run matters, the view does not
  try {
    thread_ = std::thread([this] { Show(); });
  } catch (const std::system_error&) {
    Say("the live view is not shown: no thread can be started");
  }
}

void ScreenDisplay::Finish() {
  if (thread_.joinable()) {
    (void)::eventfd_write(wake_, 1);
    thread_.join();
  }
  if (wake_ >= 0) (void)::close(std::exchange(wake_, -1));
  PrintKept();
}

void ScreenDisplay::OnWindow(const WindowRecord& record) {
  const std::lock_guard lock(mutex_);
  model_.AddWindow(record);
}

void ScreenDisplay::OnNotice(const Notice& notice) {
  PrintError("batchsizer: at {:.3f} s: {}\n", ToSeconds(notice.time - options_.start), notice.text);
}

void ScreenDisplay::TakeMessage(std::string_view text) {
  const std::lock_guard lock(mutex_);
  model_.AddMessage(text);
  if (kept_.size() < kKeptMessages) {
    kept_.emplace_back(text);
  } else {
    ++not_kept_;
  }
}

void ScreenDisplay::PrintKept() {
  for (const std::string& text : std::exchange(kept_, {})) WriteStderr(text);
  const std::int64_t more = std::exchange(not_kept_, 0);
  if (more == 0) return;
  Say(options_.results_path.empty()
          ? fmt::format("and {} more messages", more)
          : fmt::format("and {} more messages; every image that failed stands in {}", more,
                        options_.results_path));
}

bool ScreenDisplay::Stopping() const {
  return asked_to_stop_ || (options_.stop != nullptr && options_.stop->load());
}

void ScreenDisplay::Show() {
  pollfd woken{.fd = wake_, .events = POLLIN, .revents = 0};
  if (::poll(&woken, 1, kBeforeFirstFrameMs) > 0 || Stopping()) return;
  // First of all and last of all: nothing is said into the screen and lost with it.
  CaptureStderr([this](std::string_view text) { TakeMessage(text); });
  auto screen = Screen::Open();
  const bool shown = screen != nullptr;
  if (shown) {
    StderrPipe pipe;
    ShowUntilWoken(*screen, pipe);
    screen.reset();
    for (const std::string& line : pipe.Close()) TakeMessage(line);
  }
  CaptureStderr({});
  if (!shown) Say("the live view is not shown: the terminal could not be set up for it");
}

void ScreenDisplay::ShowUntilWoken(Screen& screen, StderrPipe& pipe) {
  bool go_on = true;
  while (go_on) {
    for (const std::string& line : pipe.TakeLines()) TakeMessage(line);
    ObeyJobControl(screen);
    if (!away_) DrawFrame(screen);
    go_on = Wait(screen);
  }
}

void ScreenDisplay::ObeyJobControl(Screen& screen) {
  if (TakeStopRequest()) {
    screen.Leave();
    away_ = true;
    StopProcess();
  }
  if (TakeContinued() && !away_) screen.Forget();
  // In the background of a shell the terminal is the shell's.
  away_ = !screen.InForeground();
}

bool ScreenDisplay::Wait(Screen& screen) {
  const int keys = away_ ? -1 : screen.input();
  std::array<pollfd, 2> waiting{{{.fd = wake_, .events = POLLIN, .revents = 0},
                                 {.fd = keys, .events = POLLIN, .revents = 0}}};
  (void)::poll(waiting.data(), waiting.size(), kFrameMs);
  if (waiting[1].revents != 0) TakeKeys(screen.ReadKeys());
  return waiting[0].revents == 0;
}

void ScreenDisplay::TakeKeys(const std::string& keys) {
  for (const char key : keys) {
    if (key == '\x1b') return;  // an arrow, say: what follows is part of it
    if (key == '?' || key == 'h') help_ = !help_;
    if ((key == 'q' || key == 'Q') && !Stopping()) {
      asked_to_stop_ = true;
      (void)::kill(::getpid(), SIGINT);
    }
  }
}

void ScreenDisplay::DrawFrame(Screen& screen) {
  screen.FollowSize();
  {
    const std::lock_guard lock(mutex_);
    shown_ = model_;
  }
  shown_.failed_images = failed_.load(std::memory_order_relaxed);
  if (options_.status) shown_.pipeline = options_.status();
  rate_.Add(shown_.pipeline.elapsed_s, shown_.Done());
  if (shown_.pipeline.total_is_final) shown_.left_s = rate_.LeftS(shown_.pipeline.total_images);
  shown_.stopping = Stopping();
  shown_.help = help_;
  screen.Draw(view::Render(shown_, screen.width(), screen.height(), IsUtf8()));
}

}  // namespace batchsizer::cli
