// Where the images of a run come from: a folder, a list of paths, an archive.
//
// A source names its images one after the other and never all at once, so that a
// million of them start as fast as ten, and it may go on while others are run.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "batchsizer/result.h"

namespace batchsizer::flow {

// One image to be run. Reused from call to call: its buffers stay.
struct ImageItem {
  std::string name;  // a path that can be opened, or ARCHIVE/ENTRY; holds no NUL
  // The file's bytes, where the source has them (an archive); else the path is read.
  std::optional<std::vector<std::uint8_t>> content = {};
  // Why the source cannot give this image; it is then one that failed.
  std::optional<Error> error = {};
};

// Something that went wrong besides a single image.
struct SourceProblem {
  std::string text;
  bool images_missing = false;  // the source ended before its end
};

class ImageSource {
 public:
  virtual ~ImageSource() = default;

  // The next image; false at the end, or soon after stop is asked for.
  virtual bool Next(ImageItem& item, const std::stop_token& stop) = 0;
  // Goes back to the first image. Errors: kInvalidInput for what can be read only
  // once; those of opening it again.
  [[nodiscard]] virtual Status Rewind() = 0;
  // What is wrong with a source in which there is no image at all.
  [[nodiscard]] virtual std::string NothingFound() const = 0;
  // Each once, since the last call.
  [[nodiscard]] std::vector<SourceProblem> TakeProblems() { return std::exchange(problems_, {}); }

 protected:
  void AddProblem(std::string text, bool images_missing) {
    problems_.push_back({std::move(text), images_missing});
  }

 private:
  std::vector<SourceProblem> problems_;
};

// images: a folder, searched in depth; a tar or zip archive, compressed or not; a
// single image; any other file: a list, one path a line (or NUL-separated); "-":
// such a list on standard input.
//
// Errors: kNotFound, kPermissionDenied, kInvalidInput (a device, say), kIo.
[[nodiscard]] Result<std::unique_ptr<ImageSource>> OpenImageSource(const std::string& images);

// The images of names, in that order; for tests and benchmarks.
[[nodiscard]] std::unique_ptr<ImageSource> ListedImages(std::vector<std::string> names);

}  // namespace batchsizer::flow
