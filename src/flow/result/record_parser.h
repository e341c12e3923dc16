// Reads the records of a results file back: which image, which batch.
//
// Thread safety: thread-compatible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flow/result/result_format.h"

namespace batchsizer::flow {

struct ParsedRecord {
  std::string image;
  std::int64_t batch = -1;  // -1: a failure, which belongs to none
};

class RecordParser {
 public:
  // top: of the CSV's header.
  RecordParser(ResultFormat format, int top);

  // Bytes of the record that text starts with, its line's end included; 0 when its
  // end is not there yet. from: so much of text was in vain before.
  [[nodiscard]] std::size_t Length(std::string_view text, std::size_t from = 0);

  // Whether record (without the line's end) is one of ours; out is then filled. Of
  // one that is known to be ours, only what is needed is looked at.
  [[nodiscard]] bool Parse(std::string_view record, bool known, ParsedRecord& out);
  // Whether record is what the file must begin with (CSV).
  [[nodiscard]] bool IsHeader(std::string_view record) const { return record == header_; }
  [[nodiscard]] bool HasHeader() const { return !header_.empty(); }

  // Whether text, which is no whole record, could be the beginning of one of ours or
  // of the header.
  [[nodiscard]] bool CouldBeTorn(std::string_view text, bool first) const;

 private:
  [[nodiscard]] bool ParseCsv(std::string_view record, ParsedRecord& out);

  ResultFormat format_;
  std::string header_;
  bool in_quotes_ = false;  // at the place where Length gave up
  std::vector<std::string> cells_;
};

}  // namespace batchsizer::flow
