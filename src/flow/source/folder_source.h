// The images of a folder and of those below it.
//
// Files count by their names' endings (image_names.h). They come in the order of
// their paths, byte by byte, as if all had been sorted, though one folder at a time
// is read. Links to files count as files; links to folders are followed after
// everything else, and no folder is visited twice: an image that can be reached
// both ways gets the name that has no link in it. A folder below that cannot be
// read is a problem, and left out.
//
// Thread safety: one thread at a time.
#pragma once

#include <dirent.h>
#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "flow/source/image_source.h"

namespace batchsizer::flow {

class FolderSource final : public ImageSource {
 public:
  // Reads the folder itself at once. Errors: kNotFound, kPermissionDenied, kIo.
  [[nodiscard]] static Result<std::unique_ptr<ImageSource>> Open(const std::string& folder);

  bool Next(ImageItem& item, const std::stop_token& stop) override;
  Status Rewind() override;
  [[nodiscard]] std::string NothingFound() const override;

 private:
  // What is of interest in one folder, in order. A folder's name ends in '/'.
  struct Level {
    std::string prefix;              // ends in '/'
    std::string names;               // each with a NUL after it
    std::vector<std::size_t> order;  // where each begins
    std::size_t next = 0;
  };

  explicit FolderSource(std::string folder) : folder_(std::move(folder)) {}
  [[nodiscard]] Status Visit(const std::string& path);
  [[nodiscard]] Status ReadEntries(DIR* directory, Level& level);
  void AddEntry(int directory, const dirent& entry, Level& level);
  [[nodiscard]] bool VisitLink();
  void VisitOrComplain(const std::string& path);

  std::string folder_;
  std::vector<Level> levels_;  // from the folder itself to the one being listed
  std::vector<std::string> links_;
  std::set<std::pair<dev_t, ino_t>> visited_;
};

}  // namespace batchsizer::flow
