#include "cli/interrupt.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

namespace batchsizer::cli {
namespace {

using Handler = void (*)(int);

// All that the handlers use.
std::atomic<bool> stop_asked{false};
std::atomic<Handler> second{SIG_DFL};
std::atomic<bool> stops_on_hangup{false};  // StopOnSignals was called
std::atomic<bool> rereads{false};
std::atomic<bool> hangup_ignored{false};  // by whoever started us
std::atomic<bool> hangup_waits{false};    // came before there was somebody to wake
std::atomic<int> to_wake{-1};
std::atomic<int> terminal{-1};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free &&
                  std::atomic<Handler>::is_always_lock_free,
              "signal handlers use them");

void AskToStop(int signal) {
  stop_asked.store(true);
  std::signal(signal, second.load());
}

// From here on only what POSIX allows in a signal handler.
bool TerminalIsGone() {
  pollfd state{terminal.load(), 0, 0};
  return state.fd >= 0 && ::poll(&state, 1, 0) == 1 && (state.revents & POLLHUP) != 0;
}

void WakeSource() {
  const int descriptor = to_wake.load();
  const std::uint64_t one = 1;
  if (descriptor < 0) {
    hangup_waits.store(true);
  } else {
    (void)!::write(descriptor, &one, sizeof one);
  }
}

void OnHangup(int signal) {
  const int saved = errno;
  if (!hangup_ignored.load() && TerminalIsGone()) {
    AskToStop(signal);
    if (!stops_on_hangup.load()) (void)std::raise(signal);  // still setting up: as ever
  } else {
    WakeSource();
  }
  errno = saved;
}

}  // namespace

const std::atomic<bool>& StopOnSignals() {
  std::signal(SIGINT, AskToStop);
  std::signal(SIGTERM, AskToStop);
  stops_on_hangup.store(true);
  if (!rereads.load() && std::signal(SIGHUP, SIG_IGN) != SIG_IGN) std::signal(SIGHUP, AskToStop);
  return stop_asked;
}

const std::atomic<bool>& StopAsked() { return stop_asked; }

void OnSecondSignal(void (*handler)(int)) { second.store(handler); }

RereadOnHangup::RereadOnHangup() : terminal_(::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)) {
  terminal.store(terminal_);
  rereads.store(true);
  hangup_ignored.store(std::signal(SIGHUP, SIG_IGN) == SIG_IGN);
  std::signal(SIGHUP, OnHangup);
}

RereadOnHangup::~RereadOnHangup() {
  std::signal(SIGHUP, SIG_IGN);  // one that comes late means a source that is no more
  to_wake.store(-1);
  terminal.store(-1);
  rereads.store(false);
  if (terminal_ >= 0) ::close(terminal_);
}

void RereadOnHangup::Wake(int descriptor) {
  to_wake.store(descriptor);
  if (hangup_waits.exchange(false)) WakeSource();
}

void OutliveReaders() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace batchsizer::cli
