#include "flow/image/list.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <memory>
#include <set>
#include <utility>

#include "base/errno_error.h"

namespace batchsizer::flow {
namespace {

constexpr std::array<std::string_view, 3> kEndings{".jpg", ".jpeg", ".png"};

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsImageName(std::string_view name) {
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
    return name.size() > ending.size() &&
           std::equal(ending.rbegin(), ending.rend(), name.rbegin(),
                      [](char want, char have) { return want == Lower(have); });
  });
}

struct DirectoryCloser {
  void operator()(DIR* directory) const { closedir(directory); }
};
using Directory = std::unique_ptr<DIR, DirectoryCloser>;

enum class Kind { kFile, kFolder, kLinkToFolder, kOther };

// Follows links. What can't be looked at counts as a file when its name says
// image, so that the run names it as failed rather than passing over it.
Kind LookAt(int folder, const dirent& entry) {
  if (entry.d_type == DT_REG) return Kind::kFile;
  if (entry.d_type == DT_DIR) return Kind::kFolder;
  struct stat info {};
  if (fstatat(folder, entry.d_name, &info, 0) != 0) return Kind::kFile;
  if (S_ISREG(info.st_mode)) return Kind::kFile;
  if (!S_ISDIR(info.st_mode)) return Kind::kOther;
  return entry.d_type == DT_LNK ? Kind::kLinkToFolder : Kind::kFolder;
}

// Walks breadth first, real folders before links, so that an image reachable
// both ways gets the name that has no link in it.
class Walker {
 public:
  explicit Walker(std::string root) { folders_.push_back(std::move(root)); }

  Result<ImageListing> Walk() {
    if (auto root = VisitNext(); !root) return tl::unexpected(root.error());
    while (!folders_.empty() || !links_.empty()) {
      if (auto visited = VisitNext(); !visited) {
        listing_.unreadable.push_back(visited.error().message);
      }
    }
    listing_.images.Sort();
    return std::move(listing_);
  }

 private:
  Status VisitNext() {
    if (folders_.empty()) {
      // Which of two links to the same folder names it must not depend on the
      // order in which the file system lists them.
      std::sort(links_.begin(), links_.end());
      std::swap(folders_, links_);
    }
    const std::string path = std::move(folders_.front());
    folders_.pop_front();
    return Visit(path);
  }

  Status Visit(const std::string& path) {
    const Directory directory(opendir(path.c_str()));
    if (!directory) {
      return base::ErrnoError(fmt::format("{}: the folder cannot be read", path), errno);
    }
    struct stat info {};
    if (fstat(dirfd(directory.get()), &info) != 0) return base::ErrnoError(path, errno);
    if (!visited_.emplace(info.st_dev, info.st_ino).second) return {};
    const std::string prefix = path.ends_with('/') ? path : path + '/';
    errno = 0;
    while (const dirent* entry = readdir(directory.get())) {
      Add(prefix, dirfd(directory.get()), *entry);
      errno = 0;
    }
    if (errno != 0) {
      return base::ErrnoError(fmt::format("{}: reading the folder failed", path), errno);
    }
    return {};
  }

  void Add(const std::string& prefix, int folder, const dirent& entry) {
    const std::string_view name = entry.d_name;
    if (name == "." || name == "..") return;
    const bool is_image_name = IsImageName(name);
    if (!is_image_name && entry.d_type == DT_REG) return;
    const Kind kind = LookAt(folder, entry);
    if (kind == Kind::kFolder) folders_.push_back(prefix + std::string(name));
    if (kind == Kind::kLinkToFolder) links_.push_back(prefix + std::string(name));
    if (kind == Kind::kFile && is_image_name) listing_.images.Add(prefix + std::string(name));
  }

  std::deque<std::string> folders_;
  std::deque<std::string> links_;
  std::set<std::pair<dev_t, ino_t>> visited_;
  ImageListing listing_;
};

Status CheckIsFolder(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    return base::ErrnoError(fmt::format("{}: the folder of images cannot be opened", path), errno);
  }
  if (S_ISDIR(info.st_mode)) return {};
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: is a file, a folder of images is needed", path));
}

}  // namespace

void ImageList::Add(std::string_view path) {
  starts_.push_back(text_.size());
  text_.append(path).push_back('\0');
  size_ = starts_.size();
}

void ImageList::Sort() {
  std::sort(starts_.begin(), starts_.end(),
            [this](std::size_t a, std::size_t b) { return At(a) < At(b); });
}

std::string_view ImageList::Path(std::size_t index) const {
  const std::size_t original =
      index < head_.size() ? head_[index] : index - head_.size() + skipped_;
  return At(starts_[original % starts_.size()]);
}

void ImageList::ReplaceFirst(std::size_t count, std::vector<std::size_t> kept) {
  size_ = size_ - count + kept.size();
  skipped_ = count;
  head_ = std::move(kept);
}

Result<ImageListing> ListImages(const std::string& folder) {
  if (auto is_folder = CheckIsFolder(folder); !is_folder) return tl::unexpected(is_folder.error());
  auto listing = Walker(folder).Walk();
  if (listing && listing->images.empty()) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: no images in it: looked for files that end in {} (also in "
                                 "capitals), in subfolders too",
                                 folder, fmt::join(kEndings, ", ")));
  }
  return listing;
}

}  // namespace batchsizer::flow
