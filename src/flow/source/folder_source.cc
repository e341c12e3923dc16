#include "flow/source/folder_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <thread>

#include "base/errno_error.h"
#include "flow/source/image_names.h"

namespace batchsizer::flow {
namespace {

struct DirectoryCloser {
  void operator()(DIR* directory) const { closedir(directory); }
};
using Directory = std::unique_ptr<DIR, DirectoryCloser>;

// Decoders that have all of the process's files open give some back soon.
Directory OpenPatiently(const std::string& path) {
  constexpr int kTries = 50;
  constexpr auto kPause = std::chrono::milliseconds(20);
  for (int tries = 0;; ++tries) {
    Directory directory(opendir(path.c_str()));
    if (directory || (errno != EMFILE && errno != ENFILE) || tries == kTries) return directory;
    std::this_thread::sleep_for(kPause);
  }
}

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

// How many bytes the names that start there have in common.
std::size_t CommonPrefix(const std::string& names, const std::vector<std::size_t>& starts) {
  if (starts.empty()) return 0;
  const char* const first = &names[starts.front()];
  std::size_t common = std::strlen(first);
  for (const std::size_t start : starts) {
    std::size_t same = 0;
    while (same < common && names[start + same] == first[same]) ++same;
    common = same;
  }
  return common;
}

// Eight bytes of a name as a number that sorts as they do.
std::uint64_t KeyOf(const char* name) {
  constexpr int kBytes = 8;
  std::uint64_t key = 0;
  bool ended = false;
  for (int i = 0; i < kBytes; ++i) {
    ended = ended || name[i] == '\0';
    key = key << 8U | (ended ? 0U : static_cast<unsigned char>(name[i]));
  }
  return key;
}

// By a number that holds what tells names apart first: a million names of one
// camera share their beginnings, and looking each up in memory would take longest.
void SortNames(const std::string& names, std::vector<std::size_t>& starts) {
  struct Named {
    std::uint64_t key;
    std::size_t start;
  };
  const std::size_t common = CommonPrefix(names, starts);
  std::vector<Named> order;
  order.reserve(starts.size());
  for (const std::size_t start : starts) order.push_back({KeyOf(&names[start + common]), start});
  std::sort(order.begin(), order.end(), [&](const Named& a, const Named& b) {
    if (a.key != b.key) return a.key < b.key;
    return std::strcmp(&names[a.start], &names[b.start]) < 0;
  });
  std::transform(order.begin(), order.end(), starts.begin(),
                 [](const Named& named) { return named.start; });
}

}  // namespace

Result<std::unique_ptr<ImageSource>> FolderSource::Open(const std::string& folder) {
  std::unique_ptr<FolderSource> source(new FolderSource(folder));
  if (auto read = source->Rewind(); !read) return tl::unexpected(read.error());
  return source;
}

Status FolderSource::Rewind() {
  levels_.clear();
  links_.clear();
  visited_.clear();
  return Visit(folder_);
}

Status FolderSource::Visit(const std::string& path) {
  const Directory directory = OpenPatiently(path);
  if (!directory) {
    return base::ErrnoError(fmt::format("{}: the folder cannot be read", path), errno);
  }
  struct stat info {};
  if (fstat(dirfd(directory.get()), &info) != 0) return base::ErrnoError(path, errno);
  if (!visited_.emplace(info.st_dev, info.st_ino).second) return {};
  Level level;
  level.prefix = path.ends_with('/') ? path : path + '/';
  Status read = ReadEntries(directory.get(), level);
  SortNames(level.names, level.order);
  levels_.push_back(std::move(level));  // what was read before an error, too
  return read;
}

Status FolderSource::ReadEntries(DIR* directory, Level& level) {
  errno = 0;
  while (const dirent* entry = readdir(directory)) {
    AddEntry(dirfd(directory), *entry, level);
    errno = 0;
  }
  if (errno == 0) return {};
  return base::ErrnoError(fmt::format("{}: reading the folder failed", level.prefix), errno);
}

void FolderSource::AddEntry(int directory, const dirent& entry, Level& level) {
  const std::string_view name = entry.d_name;
  if (name == "." || name == "..") return;
  const bool is_image_name = IsImageName(name);
  if (!is_image_name && entry.d_type == DT_REG) return;
  const Kind kind = LookAt(directory, entry);
  if (kind == Kind::kLinkToFolder) links_.push_back(level.prefix + std::string(name));
  if (kind == Kind::kFolder || (kind == Kind::kFile && is_image_name)) {
    level.order.push_back(level.names.size());
    level.names += name;
    if (kind == Kind::kFolder) level.names += '/';  // as in its images' paths
    level.names += '\0';
  }
}

// Which of two links to the same folder names it must not depend on the order in
// which the file system lists them.
bool FolderSource::VisitLink() {
  if (links_.empty()) return false;
  const auto first = std::min_element(links_.begin(), links_.end());
  const std::string path = std::move(*first);
  links_.erase(first);
  VisitOrComplain(path);
  return true;
}

void FolderSource::VisitOrComplain(const std::string& path) {
  const auto visited = Visit(path);
  if (visited) return;
  // Locked or gone meanwhile: such is the folder. Else its images are missing.
  const ErrorCode code = visited.error().code;
  const bool expected = code == ErrorCode::kPermissionDenied || code == ErrorCode::kNotFound;
  AddProblem(visited.error().message, !expected);
}

bool FolderSource::Next(ImageItem& item, const std::stop_token& stop) {
  item.content.reset();
  item.error.reset();
  while (!stop.stop_requested()) {
    if (levels_.empty()) {
      if (!VisitLink()) return false;
      continue;
    }
    Level& level = levels_.back();
    if (level.next == level.order.size()) {
      levels_.pop_back();
      continue;
    }
    const std::string_view name = &level.names[level.order[level.next++]];
    item.name.assign(level.prefix).append(name);
    if (!name.ends_with('/')) return true;
    item.name.pop_back();
    VisitOrComplain(std::string(item.name));
  }
  return false;
}

std::string FolderSource::NothingFound() const {
  return fmt::format(
      "{}: no images in it: looked for files that end in {} (also in capitals), in subfolders too",
      folder_, ImageEndings());
}

}  // namespace batchsizer::flow
