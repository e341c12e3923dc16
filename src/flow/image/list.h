// The photos of a folder, found and put in order.
//
// Thread safety: ImageList is immutable once handed out; ListImages has no state.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/result.h"

namespace batchsizer::flow {

// Paths, packed tightly, in the order in which they are to be run. May be cut
// short and may go round several times.
class ImageList {
 public:
  static constexpr std::size_t kMostImages = std::size_t{1} << 52U;

  // REQUIRES: path holds no NUL.
  void Add(std::string_view path);
  void Sort();
  // From now on the list goes round times times.
  // REQUIRES: 1 <= times <= kMostImages / size().
  void Repeat(std::size_t times) { size_ = starts_.size() * times; }
  // No more than count images in all, repetitions included.
  void KeepFirst(std::size_t count) { size_ = count < size_ ? count : size_; }
  // In place of the first count images only those of kept, which are indices of
  // some of them. Needs memory for kept alone, however often the list goes round.
  // REQUIRES: count <= size(); called at most once.
  void ReplaceFirst(std::size_t count, std::vector<std::size_t> kept);

  // Without repetitions.
  [[nodiscard]] std::size_t distinct() const { return starts_.size(); }
  // With repetitions.
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  // Followed by a NUL, valid as long as the list. REQUIRES: index < size().
  [[nodiscard]] std::string_view Path(std::size_t index) const;

 private:
  [[nodiscard]] std::string_view At(std::size_t start) const { return &text_[start]; }

  std::string text_;  // the paths, each with a NUL after it
  std::vector<std::size_t> starts_;
  std::vector<std::size_t> head_;  // images that come before those of starts_
  std::size_t skipped_ = 0;        // of starts_, going round: what head_ stands for
  std::size_t size_ = 0;
};

struct ImageListing {
  ImageList images;
  // Subfolders that could not be read, one line each; they are left out.
  std::vector<std::string> unreadable;
};

// All files under folder whose names end in .jpg, .jpeg or .png, in any case,
// sorted by path. Links to files count as files; links to folders are followed,
// but no folder is visited twice.
//
// Errors: kNotFound, kPermissionDenied, kInvalidInput (a file, or no image
// found), kIo. Only the folder itself must be readable.
[[nodiscard]] Result<ImageListing> ListImages(const std::string& folder);

}  // namespace batchsizer::flow
