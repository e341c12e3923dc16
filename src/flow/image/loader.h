// One image into one row of the batch tensor: read, decode, preprocess.
//
// Thread safety: one thread at a time; make one for each thread.
#pragma once

#include "batchsizer/engine.h"
#include "batchsizer/result.h"
#include "flow/image/decode.h"
#include "flow/image/file_reader.h"
#include "flow/image/preprocess.h"
#include "flow/source/image_source.h"

namespace batchsizer::flow {

class ImageLoader {
 public:
  // Errors: those of Preprocessor::Create.
  [[nodiscard]] static Result<ImageLoader> Create(const InputSpec& input,
                                                  const PreprocessOptions& preprocess,
                                                  const DecodeOptions& decode);

  // Writes one row, or leaves it in any state and says what is wrong with the
  // image (its own error; see FileReader and ImageDecoder; the name is left out).
  [[nodiscard]] Status Load(const ImageItem& item, void* row);

 private:
  ImageLoader(Preprocessor preprocessor, const DecodeOptions& decode);

  FileReader reader_;
  ImageDecoder decoder_;
  Preprocessor preprocessor_;
};

}  // namespace batchsizer::flow
