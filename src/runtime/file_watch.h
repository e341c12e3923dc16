// Hears when the file under a path may have changed, by inotify: when it is rewritten in
// place, replaced, removed, or when a symlink or folder that leads to it is swapped.
//
// It is only an alarm clock: it may ring without cause, and some file systems (NFS,
// FUSE, /proc) never make it ring. So look at the file from time to time all the same.
//
// Thread safety: one thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace batchsizer::runtime {

class FileWatch {
 public:
  explicit FileWatch(const std::string& path);
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;
  ~FileWatch();

  // Readable when there is something to drain; -1 where the system gives no inotify.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  // Follows the path anew and watches what leads to the file now. What happens from
  // here on is heard: call it, then look at the file.
  void Arm();
  // Takes what was heard; whether any of it concerns the path.
  bool Drain();

 private:
  // A name in a watched folder, or (empty) the watched thing itself.
  struct Watched {
    int id;
    std::string name;
  };

  void Follow(std::vector<Watched>& found) const;
  void AddFolder(std::vector<Watched>& found, const std::string& folder,
                 const std::string& name) const;
  void AddFile(std::vector<Watched>& found, const std::string& file) const;
  [[nodiscard]] bool Concerns(int id, std::string_view name) const;

  std::string path_;  // absolute: the working folder may change
  int descriptor_;
  std::vector<Watched> watched_;
};

}  // namespace batchsizer::runtime
