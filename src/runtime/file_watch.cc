#include "runtime/file_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <filesystem>

#include "base/text.h"

namespace batchsizer::runtime {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  // the kernel's own limit
constexpr std::uint32_t kFolderEvents = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                        IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF |
                                        IN_MOVE_SELF | IN_ONLYDIR;
// Of the file itself too: one that is mounted alone tells its folder nothing.
constexpr std::uint32_t kFileEvents =
    IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;

std::string Absolute(const std::string& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  return error ? path : absolute.string();
}

// Puts the parts of a path in front of those that are still to be followed.
void Prepend(std::deque<std::string>& parts, const std::string& path) {
  const auto names = base::Split(path, '/');
  parts.insert(parts.begin(), names.begin(), names.end());
}

}  // namespace

FileWatch::FileWatch(const std::string& path)
    : path_(Absolute(path)), descriptor_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {}

FileWatch::~FileWatch() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void FileWatch::Arm() {
  if (descriptor_ < 0) return;
  std::vector<Watched> found;
  Follow(found);
  const auto has = [](const std::vector<Watched>& list, int id) {
    return std::any_of(list.begin(), list.end(), [id](const Watched& w) { return w.id == id; });
  };
  for (const Watched& old : watched_) {
    if (!has(found, old.id)) (void)::inotify_rm_watch(descriptor_, old.id);
  }
  watched_ = std::move(found);
}

// Part by part, as the kernel does: each folder in which a part can be swapped is watched.
void FileWatch::Follow(std::vector<Watched>& found) const {
  fs::path folder = "/";
  std::deque<std::string> parts;
  Prepend(parts, path_);
  int links = 0;
  while (!parts.empty()) {
    const std::string name = parts.front();
    parts.pop_front();
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      folder = folder.parent_path();
      continue;
    }
    const fs::path whole = folder / name;
    std::error_code error;
    const fs::file_type type = fs::symlink_status(whole, error).type();
    if (type == fs::file_type::directory) {
      folder = whole;
      continue;
    }
    AddFolder(found, folder.string(), name);
    if (type != fs::file_type::symlink) return AddFile(found, whole.string());
    const fs::path target = fs::read_symlink(whole, error);
    if (error || ++links > kMostLinks) return;
    if (target.is_absolute()) folder = fs::path("/");
    Prepend(parts, target.string());
  }
}

void FileWatch::AddFolder(std::vector<Watched>& found, const std::string& folder,
                          const std::string& name) const {
  const int id = ::inotify_add_watch(descriptor_, folder.c_str(), kFolderEvents);
  if (id < 0) return;
  found.push_back({id, name});
  found.push_back({id, ""});
}

void FileWatch::AddFile(std::vector<Watched>& found, const std::string& file) const {
  const int id = ::inotify_add_watch(descriptor_, file.c_str(), kFileEvents);
  if (id >= 0) found.push_back({id, ""});
}

bool FileWatch::Concerns(int id, std::string_view name) const {
  return id < 0 ||  // some were lost: anything may have happened
         std::any_of(watched_.begin(), watched_.end(), [&](const Watched& watched) {
           return watched.id == id && watched.name == name;
         });
}

bool FileWatch::Drain() {
  bool concerned = false;
  alignas(inotify_event) std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t got = ::read(descriptor_, buffer.data(), buffer.size());
    if (got <= 0) return concerned;
    std::size_t at = 0;
    while (at < static_cast<std::size_t>(got)) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      // Padded with zeros; there is none when it is about the watched thing itself.
      const char* name = event.len > 0 ? buffer.data() + at + sizeof event : "";
      concerned = concerned || Concerns(event.wd, name);
      at += sizeof event + event.len;
    }
  }
}

}  // namespace batchsizer::runtime
