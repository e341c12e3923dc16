// What must happen in signal handlers while the terminal is a screen: a program that
// is killed or crashes puts the terminal back first; one that is stopped (Ctrl-Z)
// leaves the screen before it stops.
//
// Thread safety: GuardScreen to UnguardScreen by the thread that owns the screen.
#pragma once

#include <termios.h>

#include <string_view>

namespace batchsizer::cli {

// From now on fatal signals, and a second Ctrl-C, first set the terminal's modes and
// write restoring to it. terminal: a descriptor that stays open.
void GuardScreen(int terminal, const termios& modes, std::string_view restoring);
void UnguardScreen();

// What libraries write to stderr while it leads into a pipe is passed on by a fatal
// signal: it may say why. -1: there is no pipe.
void GuardPipe(int reading_end);

// Whether Ctrl-Z was pressed since the last call.
[[nodiscard]] bool TakeStopRequest();
// Stops this process, until somebody lets it go on.
void StopProcess();
// Whether the process was stopped, and goes on, since the last call.
[[nodiscard]] bool TakeContinued();

}  // namespace batchsizer::cli
