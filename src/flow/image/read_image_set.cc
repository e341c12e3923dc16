#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "flow/image/decode.h"
#include "flow/image/file_reader.h"
#include "flow/image/image_set.h"
#include "flow/source/image_source.h"

namespace batchsizer::flow {
namespace {

constexpr std::size_t kMostProblems = 10;

class SetReader {
 public:
  Result<ImageFacts> Read(const ImageItem& item) {
    if (item.error) return tl::unexpected(*item.error);
    if (item.content) return Facts(*item.content, item.content->size());
    // Most headers end early; a few hold a thumbnail or a colour profile before
    // the size.
    constexpr std::size_t kUsualHeader = 64 * 1024;
    auto facts = ReadFile(item.name.c_str(), kUsualHeader);
    if (!facts && cut_off_) facts = ReadFile(item.name.c_str(), FileReader::kMaxFileBytes);
    return facts;
  }

 private:
  Result<ImageFacts> ReadFile(const char* path, std::size_t at_most) {
    const auto file = reader_.ReadBeginning(path, at_most);
    cut_off_ = file && file->bytes.size() < file->file_size;
    if (!file) return tl::unexpected(file.error());
    return Facts(file->bytes, file->file_size);
  }

  Result<ImageFacts> Facts(std::span<const std::uint8_t> bytes, std::size_t file_size) {
    const auto size = decoder_.ReadSize(bytes);
    if (!size) return tl::unexpected(size.error());
    return ImageFacts{size->width, size->height, static_cast<std::int64_t>(file_size)};
  }

  FileReader reader_;
  ImageDecoder decoder_{DecodeOptions{}};
  bool cut_off_ = false;
};

void AddProblem(ImageSetFound& found, std::string text) {
  if (found.problems.size() < kMostProblems) found.problems.push_back(std::move(text));
}

}  // namespace

Result<ImageSetFound> ReadImageSet(const std::string& path) {
  const auto source = OpenImageSource(path);
  if (!source) return tl::unexpected(source.error());
  SetReader reader;
  ImageSetFound found;
  for (ImageItem item; (*source)->Next(item, {});) {
    if (const auto facts = reader.Read(item)) {
      found.images.push_back(*facts);
    } else {
      ++found.broken;
      AddProblem(found, fmt::format("{}: {}", item.name, facts.error().message));
    }
  }
  for (SourceProblem& problem : (*source)->TakeProblems()) {
    AddProblem(found, std::move(problem.text));
  }
  if (!found.images.empty()) return found;
  return MakeError(ErrorCode::kInvalidInput,
                   found.problems.empty() ? (*source)->NothingFound() : found.problems.front());
}

}  // namespace batchsizer::flow
