#include "flow/image/loader.h"

#include <new>
#include <utility>

namespace batchsizer::flow {

Result<ImageLoader> ImageLoader::Create(const InputSpec& input, const PreprocessOptions& preprocess,
                                        const DecodeOptions& decode) {
  auto preprocessor = Preprocessor::Create(input, preprocess);
  if (!preprocessor) return tl::unexpected(preprocessor.error());
  return ImageLoader(*std::move(preprocessor), decode);
}

ImageLoader::ImageLoader(Preprocessor preprocessor, const DecodeOptions& decode)
    : decoder_(decode), preprocessor_(std::move(preprocessor)) {}

Status ImageLoader::Load(const ImageItem& item, void* row) {
  if (item.error) return tl::unexpected(*item.error);
  const auto bytes = item.content ? Result<std::span<const std::uint8_t>>(*item.content)
                                  : reader_.Read(item.name.c_str());
  if (!bytes) return tl::unexpected(bytes.error());
  const auto image = decoder_.Decode(*bytes, preprocessor_.Needed());
  if (!image) return tl::unexpected(image.error());
  try {
    preprocessor_.Run(*image, row);
  } catch (const std::bad_alloc&) {
    return MakeError(ErrorCode::kOutOfMemory, "no memory to resize the picture");
  }
  return {};
}

}  // namespace batchsizer::flow
