#include "flow/source/line_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "base/errno_error.h"

namespace batchsizer::flow {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16U;
// No path is as long; what is no list at all may have lines without end.
constexpr std::size_t kLongestLine = std::size_t{1} << 16U;
// How soon somebody who waits for lines sees that he is to stop.
constexpr int kPollMs = 50;

}  // namespace

Result<std::unique_ptr<ImageSource>> LineSource::Open(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) return base::ErrnoError(fmt::format("{}: cannot be opened", path), errno);
  return std::unique_ptr<ImageSource>(new LineSource(path, descriptor, true));
}

std::unique_ptr<ImageSource> LineSource::OnStandardInput() {
  return std::unique_ptr<ImageSource>(new LineSource("standard input", STDIN_FILENO, false));
}

LineSource::~LineSource() {
  if (owned_) close(descriptor_);
}

// Waits in short turns: a reader of a pipe must still see that it is to stop.
LineSource::Filled LineSource::Fill(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd wait{descriptor_, POLLIN, 0};
    const int ready = poll(&wait, 1, kPollMs);
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    const std::size_t size = text_.size();
    text_.resize(size + kChunk);
    const ssize_t got = read(descriptor_, text_.data() + size, kChunk);
    const int error = errno;
    text_.resize(size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got > 0) return Filled::kMore;
    if (got < 0 && (error == EINTR || error == EAGAIN)) continue;
    if (got < 0) {
      AddProblem(
          base::ErrnoError(fmt::format("{}: reading it failed", name_), error).value().message,
          true);
    }
    return Filled::kEnd;
  }
  return Filled::kStopped;
}

bool LineSource::TakeLine(bool at_end, std::string_view& line) {
  constexpr std::string_view kEither("\n\0", 2);
  const std::string_view text(text_);
  if (!separator_known_) {
    const std::size_t at = text.find_first_of(kEither, seen_);
    separator_known_ = at != std::string_view::npos;
    if (separator_known_) separator_ = text[at];
  }
  const std::size_t end = separator_known_ ? text.find(separator_, seen_) : std::string_view::npos;
  const bool found = end != std::string_view::npos;
  seen_ = found ? end : text.size();
  if (!found && !at_end && text.size() - next_ <= kLongestLine) return false;
  if (next_ == text.size()) return false;
  line = text.substr(next_, seen_ - next_);
  next_ = found ? end + 1 : text.size();
  seen_ = next_;
  return true;
}

void LineSource::GiveLine(std::string_view line, ImageItem& item) {
  constexpr std::size_t kShown = 60;
  item.error.reset();
  const bool is_path = line.size() < kLongestLine && line.find('\0') == std::string_view::npos;
  item.name = is_path ? line : line.substr(0, std::min(kShown, line.find('\0')));
  if (!is_path) {
    item.error = Error{ErrorCode::kInvalidInput,
                       fmt::format("a line of {} that is no path: it is too long or holds a NUL "
                                   "byte",
                                   name_)};
  }
}

bool LineSource::Next(ImageItem& item, const std::stop_token& stop) {
  item.content.reset();
  while (!stop.stop_requested()) {
    std::string_view line;
    if (TakeLine(ended_, line)) {
      if (separator_ != '\0' && line.ends_with('\r')) line.remove_suffix(1);
      if (line.empty()) continue;
      GiveLine(line, item);
      return true;
    }
    if (ended_) return false;
    text_.erase(0, next_);
    seen_ -= next_;
    next_ = 0;
    const Filled filled = Fill(stop);
    if (filled == Filled::kStopped) return false;
    ended_ = filled == Filled::kEnd;
  }
  return false;
}

Status LineSource::Rewind() {
  struct stat info {};
  const bool regular = fstat(descriptor_, &info) == 0 && S_ISREG(info.st_mode);
  if (!owned_ || !regular || lseek(descriptor_, 0, SEEK_SET) != 0) {
    return MakeError(ErrorCode::kInvalidInput, fmt::format("{} can be read only once", name_));
  }
  text_.clear();
  next_ = seen_ = 0;
  separator_known_ = ended_ = false;
  return {};
}

std::string LineSource::NothingFound() const {
  return fmt::format("{}: no paths in it; needed: one path of an image a line", name_);
}

}  // namespace batchsizer::flow
