#include "flow/source/archive_source.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "flow/source/image_names.h"

namespace batchsizer::flow {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 16U;

// The library's own words may be missing.
std::string Reason(archive* source) {
  const char* const text = archive_error_string(source);
  return text != nullptr ? text : "damaged";
}

std::string NameOf(archive_entry* entry) {
  // In the locale's characters; what does not fit into those is UTF-8.
  const char* name = archive_entry_pathname(entry);
  if (name == nullptr) name = archive_entry_pathname_utf8(entry);
  return name != nullptr ? name : "";
}

// Where a link leads; null for what is none.
const char* LinkOf(archive_entry* entry) {
  const char* const hard = archive_entry_hardlink(entry);
  return hard != nullptr ? hard : archive_entry_symlink(entry);
}

tl::unexpected<Error> TooLarge() {
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("more than the limit of {} MiB for an image in an archive",
                               ArchiveSource::kMostEntryBytes >> 20U));
}

// Whatever size the entry claims: that may be missing, or a lie.
Status ReadAll(archive* source, std::vector<std::uint8_t>& content) {
  content.clear();
  while (content.size() <= ArchiveSource::kMostEntryBytes) {
    const std::size_t size = content.size();
    content.resize(size + kBlock);
    const la_ssize_t got = archive_read_data(source, content.data() + size, kBlock);
    content.resize(size + static_cast<std::size_t>(std::max<la_ssize_t>(got, 0)));
    if (got == 0) return {};
    if (got < 0) {
      return MakeError(ErrorCode::kInvalidInput,
                       fmt::format("cannot be read from the archive: {}", Reason(source)));
    }
  }
  return TooLarge();
}

}  // namespace

bool LooksLikeArchive(std::string_view begin) {
  using namespace std::string_view_literals;
  constexpr std::array kBeginnings{"PK\x03\x04"sv,
                                   "PK\x05\x06"sv,
                                   "\x1f\x8b"sv,
                                   "BZh"sv,
                                   "\xfd"
                                   "7zXZ\0"sv,
                                   "\x28\xb5\x2f\xfd"sv,
                                   "\x04\x22\x4d\x18"sv};
  constexpr std::size_t kTarMagicAt = 257;
  if (begin.size() > kTarMagicAt && begin.substr(kTarMagicAt).starts_with("ustar")) return true;
  return std::any_of(kBeginnings.begin(), kBeginnings.end(),
                     [&](std::string_view magic) { return begin.starts_with(magic); });
}

Result<std::unique_ptr<ImageSource>> ArchiveSource::Open(const std::string& path) {
  std::unique_ptr<ArchiveSource> source(new ArchiveSource(path));
  if (auto opened = source->Rewind(); !opened) return tl::unexpected(opened.error());
  return source;
}

Status ArchiveSource::Rewind() {
  archive_ = {archive_read_new(), &archive_read_free};
  if (!archive_) return MakeError(ErrorCode::kOutOfMemory, "no memory to read an archive");
  archive* const source = archive_.get();
  archive_read_support_format_tar(source);
  archive_read_support_format_zip(source);
  // By libraries alone: no program is started for a rare compression.
  archive_read_support_filter_gzip(source);
  archive_read_support_filter_bzip2(source);
  archive_read_support_filter_xz(source);
  archive_read_support_filter_zstd(source);
  archive_read_support_filter_lz4(source);
  if (archive_read_open_filename(source, path_.c_str(), kBlock) == ARCHIVE_OK) return {};
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: is not an archive that can be read (tar or zip, also "
                               "compressed): {}",
                               path_, Reason(source)));
}

archive_entry* ArchiveSource::NextImage(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(archive_.get(), &entry);
    if (status == ARCHIVE_EOF) return nullptr;
    if (status == ARCHIVE_RETRY) continue;
    if (status < ARCHIVE_WARN) {
      AddProblem(fmt::format("{}: the archive ends early, images after this are missing: {}", path_,
                             Reason(archive_.get())),
                 true);
      return nullptr;
    }
    const bool file = archive_entry_filetype(entry) == AE_IFREG || LinkOf(entry) != nullptr;
    if (file && IsImageName(NameOf(entry))) return entry;
  }
  return nullptr;
}

void ArchiveSource::ReadContent(archive_entry* entry, ImageItem& item) {
  std::vector<std::uint8_t> content = std::move(item.content).value_or(std::vector<std::uint8_t>{});
  item.error.reset();
  if (const char* const link = LinkOf(entry)) {
    item.error = Error{ErrorCode::kUnsupported,
                       fmt::format("a link to {} in the archive: links in archives are not "
                                   "followed; unpack it, or pack it with tar --hard-dereference "
                                   "--dereference",
                                   link)};
    item.content = std::move(content);
    return;
  }
  try {
    const bool fits = archive_entry_size(entry) <= static_cast<la_int64_t>(kMostEntryBytes);
    const Status read = fits ? ReadAll(archive_.get(), content) : TooLarge();
    if (!read) item.error = read.error();
  } catch (const std::bad_alloc&) {
    item.error = Error{ErrorCode::kOutOfMemory, "no memory for the file's content"};
  }
  item.content = std::move(content);
}

bool ArchiveSource::Next(ImageItem& item, const std::stop_token& stop) {
  archive_entry* const entry = NextImage(stop);
  if (entry == nullptr) return false;
  item.name.assign(path_).append("/").append(NameOf(entry));
  ReadContent(entry, item);
  return true;
}

std::string ArchiveSource::NothingFound() const {
  return fmt::format("{}: no images in the archive: looked for names that end in {}", path_,
                     ImageEndings());
}

}  // namespace batchsizer::flow
