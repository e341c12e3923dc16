#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/errno_error.h"
#include "base/text.h"
#include "flow/source/archive_source.h"
#include "flow/source/folder_source.h"
#include "flow/source/image_names.h"
#include "flow/source/image_source.h"
#include "flow/source/line_source.h"

namespace batchsizer::flow {
namespace {

// The names it was given.
class ListedSource final : public ImageSource {
 public:
  explicit ListedSource(std::vector<std::string> names) : names_(std::move(names)) {}
  bool Next(ImageItem& item, const std::stop_token& /*stop*/) override {
    if (next_ == names_.size()) return false;
    item.name = names_[next_++];
    item.content.reset();
    item.error.reset();
    return true;
  }
  Status Rewind() override {
    next_ = 0;
    return {};
  }
  [[nodiscard]] std::string NothingFound() const override { return "no images"; }

 private:
  std::vector<std::string> names_;
  std::size_t next_ = 0;
};

// JPEG, PNG or WebP.
bool LooksLikeImage(std::string_view begin) {
  return begin.starts_with("\xFF\xD8\xFF") || begin.starts_with("\x89PNG\r\n") ||
         (begin.starts_with("RIFF") && begin.size() >= 12 && begin.substr(8, 4) == "WEBP");
}

Result<std::string> Beginning(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return base::ErrnoError(fmt::format("{}: cannot be opened", path), errno);
  std::string bytes(512, '\0');
  const ssize_t got = read(file, bytes.data(), bytes.size());
  const int error = errno;
  close(file);
  if (got < 0) return base::ErrnoError(fmt::format("{}: cannot be read", path), error);
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

// A list of paths is text; NUL may stand between them.
bool LooksLikeText(std::string_view begin) {
  for (const char c : begin) {
    const bool control = static_cast<unsigned char>(c) < 0x20;
    if (control && c != '\n' && c != '\r' && c != '\t' && c != '\0') return false;
  }
  return begin.empty() || begin.front() != '\0';
}

// Nobody calls a list of paths so: a damaged file that happens to be text.
bool IsNamedOtherwise(std::string_view path) {
  constexpr std::array<std::string_view, 8> kOthers{".zip", ".tar", ".tgz", ".gz",
                                                    ".xz",  ".zst", ".bz2", ".pdf"};
  return IsImageName(path) || std::any_of(kOthers.begin(), kOthers.end(),
                                          [&](auto ending) { return path.ends_with(ending); });
}

Result<std::unique_ptr<ImageSource>> OpenFile(const std::string& path) {
  const auto begin = Beginning(path);
  if (!begin) return tl::unexpected(begin.error());
  if (LooksLikeArchive(*begin)) return ArchiveSource::Open(path);
  if (LooksLikeImage(*begin)) return ListedImages({path});
  if (LooksLikeText(*begin) && !IsNamedOtherwise(path)) return LineSource::Open(path);
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: is neither a folder, nor a tar or zip archive, nor an image, "
                               "nor a list of paths, one a line",
                               path));
}

}  // namespace

std::unique_ptr<ImageSource> ListedImages(std::vector<std::string> names) {
  return std::make_unique<ListedSource>(std::move(names));
}

Result<std::unique_ptr<ImageSource>> OpenImageSource(const std::string& images) {
  if (images == "-") return LineSource::OnStandardInput();
  struct stat info {};
  if (stat(images.c_str(), &info) != 0) {
    return base::ErrnoError(fmt::format("{}: cannot be opened", images), errno);
  }
  if (S_ISDIR(info.st_mode)) return FolderSource::Open(images);
  if (S_ISREG(info.st_mode)) return OpenFile(images);
  if (S_ISFIFO(info.st_mode)) return LineSource::Open(images);
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: is {}; needed: a folder, an archive, or a list of paths",
                               images, base::IrregularKind(images).value_or("no file")));
}

}  // namespace batchsizer::flow
