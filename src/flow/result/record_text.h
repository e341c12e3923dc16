// One image's record in a results file, as text.
//
// JSON Lines:
//   {"image":"a.jpg","top":[{"class":3,"score":0.91},...],"batch_size":8,"batch":2}
//   {"image":"b.jpg","error":"..."}
// CSV, with K pairs of class and score:
//   image,error,batch_size,batch,class1,score1,...,classK,scoreK
//   a.jpg,,8,2,3,0.91,...
//   b.jpg,"not a JPEG, but a text",,,,,...
//
// Bytes of a name that are not UTF-8 become U+FFFD. A score that is no finite number
// is null in JSON, an empty cell in CSV.
// Thread safety: thread-compatible.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "flow/result/result_format.h"
#include "flow/result/top_classes.h"

namespace batchsizer::flow {

class RecordText {
 public:
  // top: classes an image, best first; in CSV the number of pairs.
  RecordText(ResultFormat format, int top) : format_(format), top_(top) {}

  // What the file begins with; empty for JSON Lines.
  [[nodiscard]] std::string Header() const;
  // Each gives a whole record with the end of its line, valid until the next call,
  // and allocates nothing once it has seen one as long. scores: one per class; empty
  // when the engine gives none.
  [[nodiscard]] std::string_view OfResult(std::string_view image, std::span<const float> scores,
                                          int batch_size, std::int64_t batch);
  [[nodiscard]] std::string_view OfFailure(std::string_view image, std::string_view error);

 private:
  void WriteJson(std::string_view image, std::span<const float> scores, int batch_size,
                 std::int64_t batch);
  void WriteCsv(std::string_view image, std::span<const float> scores, int batch_size,
                std::int64_t batch);

  ResultFormat format_;
  int top_;
  TopClasses classes_;
  std::string text_;
};

}  // namespace batchsizer::flow
