#include "cli/interrupt.h"

#include <csignal>

namespace batchsizer::cli {
namespace {

using Handler = void (*)(int);

std::atomic<bool> stop_asked{false};
std::atomic<Handler> second{SIG_DFL};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<Handler>::is_always_lock_free,
              "a signal handler uses them");

void AskToStop(int signal) {
  stop_asked.store(true);
  std::signal(signal, second.load());
}

}  // namespace

const std::atomic<bool>& StopOnSignals() {
  std::signal(SIGINT, AskToStop);
  std::signal(SIGTERM, AskToStop);
  if (std::signal(SIGHUP, SIG_IGN) != SIG_IGN) std::signal(SIGHUP, AskToStop);
  return stop_asked;
}

const std::atomic<bool>& StopAsked() { return stop_asked; }

void OnSecondSignal(void (*handler)(int)) { second.store(handler); }

void OutliveReaders() { std::signal(SIGPIPE, SIG_IGN); }

}  // namespace batchsizer::cli
