#include "cli/screen.h"

#define NCURSES_NOMACROS 1
#include <fcntl.h>
#include <langinfo.h>
#include <ncurses.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "cli/screen_guard.h"

namespace batchsizer::cli {
namespace {

using view::Style;

struct Look {
  attr_t attributes;
  short colour;  // -1: the terminal's own
};

Look LookOf(Style style) {
  switch (style) {
    case Style::kPlain:
      return {A_NORMAL, -1};
    case Style::kFaint:
      return {A_DIM, -1};
    case Style::kStrong:
      return {A_BOLD, -1};
    case Style::kTitle:
      return {A_BOLD | A_REVERSE, -1};
    case Style::kPower:
      return {A_NORMAL, COLOR_CYAN};
    case Style::kCap:
      return {A_BOLD, COLOR_YELLOW};
    case Style::kExcess:
      return {A_BOLD, COLOR_RED};
    case Style::kBatch:
      return {A_NORMAL, COLOR_MAGENTA};
    case Style::kSpeed:
    case Style::kDone:
      return {A_NORMAL, COLOR_GREEN};
    case Style::kWarning:
      return {A_BOLD, COLOR_YELLOW};
  }
  return {A_NORMAL, -1};
}

// https://no-color.org
bool ColoursAreWanted() {
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

bool EnvironmentSaysUtf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    std::string text(value);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text.find("utf-8") != std::string::npos || text.find("utf8") != std::string::npos;
  }
  return false;
}

// newterm takes signals for itself, whose handlers would run in any thread; ours
// stay. (Of SIGWINCH there is no need: the size is asked for before each frame.)
class KeptSignals {
 public:
  KeptSignals() {
    for (std::size_t at = 0; at < kSignals.size(); ++at) {
      (void)::sigaction(kSignals[at], nullptr, &kept_[at]);
    }
  }
  ~KeptSignals() {
    for (std::size_t at = 0; at < kSignals.size(); ++at) {
      (void)::sigaction(kSignals[at], &kept_[at], nullptr);
    }
  }
  KeptSignals(const KeptSignals&) = delete;
  KeptSignals& operator=(const KeptSignals&) = delete;

 private:
  static constexpr std::array<int, 4> kSignals{SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
  std::array<struct sigaction, kSignals.size()> kept_{};
};

// What terminfo says of the terminal; empty: nothing. tigetstr marks a name that it does
// not know as a string by the pointer -1.
std::string Capability(const char* name) {
  // Newer versions say that the name is not changed.
  const char* text = ::tigetstr(const_cast<char*>(name));  // NOLINT
  const bool known = text != nullptr && reinterpret_cast<std::intptr_t>(text) != -1;
  return known ? text : "";
}

// How to put the terminal back without ncurses.
std::string RestoringBytes() {
  std::string bytes;
  for (const char* name : {"sgr0", "cnorm", "rmcup"}) bytes += Capability(name);
  return bytes;
}

bool InForegroundOf(int terminal) {
  const pid_t group = ::tcgetpgrp(terminal);
  return group < 0 || group == ::getpgrp();  // below 0: not the terminal of this session
}

}  // namespace

void UseLocale() {
  const bool set = std::setlocale(LC_CTYPE, "") != nullptr;
  // The language may not be installed here, on a remote machine, say.
  if ((!set || !IsUtf8()) && EnvironmentSaysUtf8()) (void)std::setlocale(LC_CTYPE, "C.UTF-8");
}

bool IsUtf8() { return std::string_view(::nl_langinfo(CODESET)) == "UTF-8"; }

bool CanBeScreen() {
  const char* term = std::getenv("TERM");
  if (isatty(STDERR_FILENO) == 0 || term == nullptr || std::string_view(term) == "dumb") {
    return false;
  }
  int error = 0;
  if (::setupterm(nullptr, STDERR_FILENO, &error) != OK) return false;
  const bool can = !Capability("cup").empty();
  ::del_curterm(::cur_term);
  return can;
}

bool InForeground() { return InForegroundOf(STDERR_FILENO); }

struct Screen::Curses {
  std::FILE* out = nullptr;
  std::FILE* in = nullptr;
  SCREEN* screen = nullptr;
  bool colours = false;
};

Screen::Screen() : curses_(std::make_unique<Curses>()) {}

std::unique_ptr<Screen> Screen::Open() {
  std::unique_ptr<Screen> screen(new Screen());
  if (!screen->OpenCurses()) return nullptr;
  return screen;
}

bool Screen::OpenCurses() {
  const int out = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (out < 0) return false;
  curses_->out = ::fdopen(out, "w");
  // stdin may be a list of images, which is not ours to read.
  const bool keys = ::isatty(STDIN_FILENO) != 0;
  input_ = keys ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                : ::open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
  curses_->in = std::fopen("/dev/null", "re");  // keys are read without ncurses
  if (curses_->out == nullptr || curses_->in == nullptr) return false;
  termios before{};
  const bool saved = ::tcgetattr(out, &before) == 0;
  {
    const KeptSignals kept;
    curses_->screen = ::newterm(nullptr, curses_->out, curses_->in);
  }
  if (curses_->screen == nullptr) return false;
  if (saved) GuardScreen(out, before, RestoringBytes());
  ::set_term(curses_->screen);
  ::cbreak();
  ::noecho();
  ::curs_set(0);
  if (ColoursAreWanted() && ::has_colors() && ::start_color() == OK) {
    const short background = ::use_default_colors() == OK ? short{-1} : short{COLOR_BLACK};
    for (short colour = 0; colour < 8; ++colour) {
      ::init_pair(static_cast<short>(colour + 1), colour, background);
    }
    curses_->colours = true;
  }
  return true;
}

Screen::~Screen() {
  if (curses_->screen != nullptr) {
    Leave();
    UnguardScreen();
    ::delscreen(curses_->screen);
  }
  if (curses_->out != nullptr) (void)std::fclose(curses_->out);
  if (curses_->in != nullptr) (void)std::fclose(curses_->in);
  if (input_ >= 0) (void)::close(input_);
}

void Screen::FollowSize() {
  winsize size{};
  if (::ioctl(::fileno(curses_->out), TIOCGWINSZ, &size) != 0) return;
  if (size.ws_row == 0 || size.ws_col == 0) return;
  if (::is_term_resized(size.ws_row, size.ws_col)) {
    ::resizeterm(size.ws_row, size.ws_col);
    Forget();  // terminals differ in what they leave of what was there
  }
}

int Screen::width() const { return getmaxx(::stdscr); }
int Screen::height() const { return getmaxy(::stdscr); }

void Screen::Draw(const view::Grid& grid) {
  left_ = false;
  std::vector<cchar_t> line;
  for (int row = 0; row < grid.height(); ++row) {
    line.clear();
    for (int column = 0; column < grid.width(); ++column) {
      const view::Cell& cell = grid.At(row, column);
      if (cell.glyph == 0) continue;  // the right half of the one before
      const Look look = LookOf(cell.style);
      const bool coloured = curses_->colours && look.colour >= 0;
      const std::array<wchar_t, 2> text{static_cast<wchar_t>(cell.glyph), L'\0'};
      cchar_t character{};
      ::setcchar(&character, text.data(), look.attributes,
                 coloured ? static_cast<short>(look.colour + 1) : short{0}, nullptr);
      line.push_back(character);
    }
    ::mvadd_wchnstr(row, 0, line.data(), static_cast<int>(line.size()));
  }
  ::refresh();
}

bool Screen::InForeground() const { return InForegroundOf(::fileno(curses_->out)); }

void Screen::Leave() {
  if (left_) return;
  // Terminals that were resized meanwhile may keep some of it otherwise.
  ::erase();
  ::refresh();
  ::endwin();
  left_ = true;
}

void Screen::Forget() { ::clearok(::curscr, true); }

std::string Screen::ReadKeys() {
  std::array<char, 64> bytes{};
  const ssize_t count = ::read(input_, bytes.data(), bytes.size());
  if (count > 0) return {bytes.data(), static_cast<std::size_t>(count)};
  if (count == 0) {  // the terminal has gone
    (void)::close(input_);
    input_ = -1;
  }
  return {};
}

}  // namespace batchsizer::cli
