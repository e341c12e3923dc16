#include "cli/screen_guard.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>

#include "cli/interrupt.h"

namespace batchsizer::cli {
namespace {

constexpr std::array<int, 6> kFatal{SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGQUIT};

// All that the handlers need; they may only read it while armed.
struct Guard {
  int terminal = -1;
  termios modes{};
  std::array<char, 256> restoring{};
  std::size_t restoring_size = 0;
  std::array<struct sigaction, kFatal.size()> before{};
  struct sigaction stop_before {};
  struct sigaction continue_before {};
};
Guard guard;
std::atomic<bool> armed{false};
std::atomic<int> pipe_end{-1};
std::atomic<bool> stop_wanted{false};
std::atomic<bool> continued{false};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free,
              "signal handlers use them");

void PassOnPipe() {
  const int from = pipe_end.load();
  if (from < 0) return;
  std::array<char, 512> bytes{};
  for (ssize_t count = 0; (count = ::read(from, bytes.data(), bytes.size())) > 0;) {
    (void)!::write(guard.terminal, bytes.data(), static_cast<std::size_t>(count));
  }
  (void)::dup2(guard.terminal, STDERR_FILENO);
}

// Only what may be called in a signal handler.
void PutBack() {
  if (!armed.exchange(false)) return;
  (void)!::write(guard.terminal, guard.restoring.data(), guard.restoring_size);
  (void)::tcsetattr(guard.terminal, TCSANOW, &guard.modes);
  PassOnPipe();
}

void OnFatal(int signal) {
  PutBack();
  for (std::size_t at = 0; at < kFatal.size(); ++at) {
    if (kFatal[at] == signal) (void)::sigaction(signal, &guard.before[at], nullptr);
  }
  (void)std::raise(signal);  // comes when this handler has returned
}

void OnSecondInterrupt(int signal) {
  PutBack();
  (void)std::signal(signal, SIG_DFL);
  (void)std::raise(signal);
}

void OnStop(int /*signal*/) { stop_wanted.store(true); }
void OnContinue(int /*signal*/) { continued.store(true); }

void Handle(int signal, void (*handler)(int), struct sigaction* before) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  (void)::sigaction(signal, &action, before);
}

}  // namespace

void GuardScreen(int terminal, const termios& modes, std::string_view restoring) {
  guard.terminal = terminal;
  guard.modes = modes;
  guard.restoring_size = std::min(restoring.size(), guard.restoring.size());
  std::copy_n(restoring.begin(), guard.restoring_size, guard.restoring.begin());
  armed.store(true);
  for (std::size_t at = 0; at < kFatal.size(); ++at) Handle(kFatal[at], OnFatal, &guard.before[at]);
  Handle(SIGTSTP, OnStop, &guard.stop_before);
  Handle(SIGCONT, OnContinue, &guard.continue_before);
  OnSecondSignal(OnSecondInterrupt);
}

void UnguardScreen() {
  armed.store(false);
  OnSecondSignal(SIG_DFL);
  for (std::size_t at = 0; at < kFatal.size(); ++at) {
    (void)::sigaction(kFatal[at], &guard.before[at], nullptr);
  }
  (void)::sigaction(SIGTSTP, &guard.stop_before, nullptr);
  (void)::sigaction(SIGCONT, &guard.continue_before, nullptr);
}

void GuardPipe(int reading_end) { pipe_end.store(reading_end); }

bool TakeStopRequest() { return stop_wanted.exchange(false); }

void StopProcess() {
  struct sigaction ours {};
  Handle(SIGTSTP, SIG_DFL, &ours);
  (void)std::raise(SIGTSTP);
  (void)::sigaction(SIGTSTP, &ours, nullptr);
}

bool TakeContinued() { return continued.exchange(false); }

}  // namespace batchsizer::cli
