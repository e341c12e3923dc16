// Paths from a list: one a line, or, where NUL comes before the first line's end,
// each with a NUL after it (`find -print0`). Empty lines are left out. Paths are
// taken as they are, relative ones from the current folder.
//
// Thread safety: one thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "flow/source/image_source.h"

namespace batchsizer::flow {

class LineSource final : public ImageSource {
 public:
  // A file or a named pipe. Errors: kNotFound, kPermissionDenied, kIo.
  [[nodiscard]] static Result<std::unique_ptr<ImageSource>> Open(const std::string& path);
  // Standard input, which is left open.
  [[nodiscard]] static std::unique_ptr<ImageSource> OnStandardInput();

  LineSource(const LineSource&) = delete;
  LineSource& operator=(const LineSource&) = delete;
  ~LineSource() override;
  bool Next(ImageItem& item, const std::stop_token& stop) override;
  Status Rewind() override;
  [[nodiscard]] std::string NothingFound() const override;

 private:
  LineSource(std::string name, int descriptor, bool owned)
      : name_(std::move(name)), descriptor_(descriptor), owned_(owned) {}
  enum class Filled { kMore, kEnd, kStopped };
  [[nodiscard]] Filled Fill(const std::stop_token& stop);
  [[nodiscard]] bool TakeLine(bool at_end, std::string_view& line);
  void GiveLine(std::string_view line, ImageItem& item);

  std::string name_;
  int descriptor_;
  bool owned_;
  std::string text_;  // read, and not given yet from next_ on
  std::size_t next_ = 0;
  std::size_t seen_ = 0;  // in text_, without a separator from next_ on
  char separator_ = '\0';
  bool separator_known_ = false;
  bool ended_ = false;
};

}  // namespace batchsizer::flow
