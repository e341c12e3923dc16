// Signals that ask a command to end early: it finishes the batch in work, and tells
// what it has. And SIGHUP, which may mean something else.
//
// Thread safety: one thread at a time; the flag may be read from anywhere.
#pragma once

#include <atomic>

namespace batchsizer::cli {

// From now on the first SIGINT, SIGTERM or SIGHUP (unless the caller has it ignored,
// as nohup does) only sets the flag. A second one, when that hangs, does what it does
// to every program.
[[nodiscard]] const std::atomic<bool>& StopOnSignals();

// The flag alone.
[[nodiscard]] const std::atomic<bool>& StopAsked();
// What a second one does instead, for those that come after this; SIG_DFL: as above.
void OnSecondSignal(void (*handler)(int));

// While one lives, SIGHUP asks a source to read its file again, as it does to daemons;
// unless the terminal that the program was started from has really gone: then it ends
// the program as it would have without. One at a time.
//
// Whoever had SIGHUP ignored (nohup) is not ended by it, but the file is read again.
class RereadOnHangup {
 public:
  RereadOnHangup();
  RereadOnHangup(const RereadOnHangup&) = delete;
  RereadOnHangup& operator=(const RereadOnHangup&) = delete;
  ~RereadOnHangup();

  // The eventfd that wakes the source; a SIGHUP that came before wakes it now.
  // REQUIRES: it outlives this object.
  void Wake(int descriptor);

 private:
  int terminal_;
};

// A reader of stdout or stderr that goes away ends most tools, and so does a limit on
// the size of files. Not one that works for hours: what it says is then lost, what it
// does is not, and a file that may not grow is a write that fails.
void OutliveReaders();

}  // namespace batchsizer::cli
