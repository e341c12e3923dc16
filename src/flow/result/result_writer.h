// The results file: JSON Lines, one object an image (design, section 5).
//
//   {"image":"a.jpg","top":[{"class":3,"score":0.91},...],"batch_size":8,"batch":2}
//   {"image":"b.jpg","error":"..."}
//
// Lines are flushed to the system after every batch: what a batch gave is not
// lost with the process.
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/output_file.h"
#include "batchsizer/result.h"

namespace batchsizer::flow {

class ResultWriter {
 public:
  struct Options {
    int top = 5;  // classes per image, best first
    // Go on with a file after so many bytes, instead of starting it anew.
    std::optional<std::uint64_t> keep_bytes = {};
  };
  // Errors: those of base::CreateOutputFile.
  [[nodiscard]] static Result<ResultWriter> Create(const std::string& path, const Options& options);

  // scores: one per class; empty when the engine gives none.
  void Add(std::string_view image, std::span<const float> scores, int batch_size,
           std::int64_t batch);
  void AddFailure(std::string_view image, std::string_view error);
  // Hands the lines so far to the system. Errors: kIo (a full disk, say).
  Status Flush();
  Status Close();

 private:
  ResultWriter(std::string path, const Options& options, base::OutputFile file)
      : path_(std::move(path)), options_(options), file_(std::move(file)) {}
  void AppendTop(std::span<const float> scores);

  std::string path_;
  Options options_;
  base::OutputFile file_;
  std::string lines_;
  std::vector<int> order_;
};

}  // namespace batchsizer::flow
