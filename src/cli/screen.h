// The terminal behind stderr as a screen of cells (ncurses): opened, drawn on, left
// for a while, closed. Whatever way the program ends, the terminal is put back as it
// was: by the destructor, and on fatal signals by screen_guard.
//
// Thread safety: one thread, the one that opened it.
#pragma once

#include <memory>
#include <string>

#include "cli/view/grid.h"

namespace batchsizer::cli {

// Whether the terminal behind stderr can be a screen: a terminal, known to terminfo,
// with a cursor that moves.
[[nodiscard]] bool CanBeScreen();
// Takes the kind of characters from the environment, for IsUtf8 and Screen. Before
// either, by one thread.
void UseLocale();
[[nodiscard]] bool IsUtf8();
// Whether the terminal behind stderr takes what this process says: false for a job
// that runs in the background of a shell.
[[nodiscard]] bool InForeground();

class Screen {
 public:
  // Null when the terminal cannot. Draws on a descriptor of its own: stderr may be
  // redirected meanwhile.
  [[nodiscard]] static std::unique_ptr<Screen> Open();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // Takes the terminal's size as it is now.
  void FollowSize();
  [[nodiscard]] int width() const;
  [[nodiscard]] int height() const;
  void Draw(const view::Grid& grid);

  // As the function above, though stderr may be redirected.
  [[nodiscard]] bool InForeground() const;

  // Gives the terminal back to the shell; the next Draw takes it again.
  void Leave();
  // The next Draw draws everything: something else wrote on the terminal.
  void Forget();

  // Where keys come from; -1: there are none.
  [[nodiscard]] int input() const { return input_; }
  // Keys that are there, as bytes. REQUIRES: poll(input()) said that there are.
  [[nodiscard]] std::string ReadKeys();

 private:
  struct Curses;
  Screen();
  [[nodiscard]] bool OpenCurses();

  std::unique_ptr<Curses> curses_;
  int input_ = -1;
  bool left_ = false;
};

}  // namespace batchsizer::cli
