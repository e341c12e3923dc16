// Signals that ask a command to end early: it finishes the batch in work, and tells
// what it has.
//
// Thread safety: one thread at a time; the flag may be read from anywhere.
#pragma once

#include <atomic>

namespace batchsizer::cli {

// From now on the first SIGINT, SIGTERM or SIGHUP (unless the caller has it ignored,
// as nohup does) only sets the flag. A second one, when that hangs, does what it does
// to every program.
[[nodiscard]] const std::atomic<bool>& StopOnSignals();

// A reader of stdout or stderr that goes away ends most tools, and so does a limit on
// the size of files. Not one that works for hours: what it says is then lost, what it
// does is not, and a file that may not grow is a write that fails.
void OutliveReaders();

}  // namespace batchsizer::cli
