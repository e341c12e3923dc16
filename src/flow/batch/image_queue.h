// Images that are listed and wait to be decoded, first come, first served. Names
// are packed tightly: a million of them may wait.
//
// Thread safety: thread-compatible; the feeder holds its lock around each call.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "flow/source/image_source.h"

namespace batchsizer::flow {

class ImageQueue {
 public:
  // Takes the item's content and error; its name stays.
  void Push(ImageItem& item);
  // REQUIRES: not empty.
  void Pop(ImageItem& item);
  [[nodiscard]] bool empty() const { return chunks_.empty(); }
  // Of names and of content.
  [[nodiscard]] std::size_t NameBytes() const { return name_bytes_; }
  [[nodiscard]] std::size_t ContentBytes() const { return content_bytes_; }

 private:
  // What only some images have.
  struct Extra {
    std::optional<std::vector<std::uint8_t>> content;
    std::optional<Error> error;
  };

  // In a chunk, each image is a byte that says whether it has an Extra, its name, and
  // a NUL.
  std::deque<std::string> chunks_;  // none is empty, but what is before next_ is gone
  std::size_t next_ = 0;            // in the first chunk
  std::string spare_;               // a chunk's memory
  std::deque<Extra> extras_;
  std::size_t name_bytes_ = 0;
  std::size_t content_bytes_ = 0;
};

}  // namespace batchsizer::flow
