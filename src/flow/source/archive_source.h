// The images of a tar or zip archive, compressed or not, read from front to end
// without unpacking it. Entries count by their names' endings (image_names.h) and
// come in the archive's order, as ARCHIVE/ENTRY.
//
// An entry that cannot be read (encrypted, damaged, larger than the limit, a link to
// another one: what is gone past cannot be read again) is an image that failed; an archive that is
// cut off is a problem, and what comes before the cut is run.
//
// Thread safety: one thread at a time.
#pragma once

#include <memory>
#include <string>

#include "flow/source/image_source.h"

struct archive;
struct archive_entry;

namespace batchsizer::flow {

class ArchiveSource final : public ImageSource {
 public:
  // No photo is as large.
  static constexpr std::size_t kMostEntryBytes = std::size_t{256} << 20U;

  // Errors: kInvalidInput for what is no archive after all; kIo.
  [[nodiscard]] static Result<std::unique_ptr<ImageSource>> Open(const std::string& path);

  bool Next(ImageItem& item, const std::stop_token& stop) override;
  Status Rewind() override;
  [[nodiscard]] std::string NothingFound() const override;

 private:
  explicit ArchiveSource(std::string path) : path_(std::move(path)), archive_(nullptr, nullptr) {}
  [[nodiscard]] archive_entry* NextImage(const std::stop_token& stop);
  void ReadContent(archive_entry* entry, ImageItem& item);

  std::string path_;
  std::unique_ptr<archive, int (*)(archive*)> archive_;
};

// Whether a file that begins with these bytes is an archive that can be read here:
// zip, tar, or one of them compressed by gzip, bzip2, xz, zstd or lz4.
[[nodiscard]] bool LooksLikeArchive(std::string_view begin);

}  // namespace batchsizer::flow
