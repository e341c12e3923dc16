#include "flow/result/result_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

#include "flow/result/json_text.h"

namespace batchsizer::flow {
Result<ResultWriter> ResultWriter::Create(const std::string& path, const Options& options) {
  auto file = options.keep_bytes ? base::ContinueOutputFile(path, *options.keep_bytes)
                                 : base::CreateOutputFile(path);
  if (!file) return tl::unexpected(file.error());
  return ResultWriter(path, options, *std::move(file));
}

void ResultWriter::Add(std::string_view image, std::span<const float> scores, int batch_size,
                       std::int64_t batch) {
  lines_ += R"({"image":)";
  AppendJsonString(lines_, image);
  lines_ += R"(,"top":[)";
  AppendTop(scores);
  fmt::format_to(std::back_inserter(lines_), "],\"batch_size\":{},\"batch\":{}}}\n", batch_size,
                 batch);
}

// Ties and non-numbers have a place too: by class index, non-numbers last.
void ResultWriter::AppendTop(std::span<const float> scores) {
  order_.resize(scores.size());
  std::iota(order_.begin(), order_.end(), 0);
  const auto count = std::min(order_.size(), static_cast<std::size_t>(options_.top));
  const auto last = order_.begin() + static_cast<std::ptrdiff_t>(count);
  const auto key = [&](int index) {
    const float score = scores[static_cast<std::size_t>(index)];
    return std::isnan(score) ? -HUGE_VALF : score;
  };
  std::partial_sort(order_.begin(), last, order_.end(),
                    [&](int a, int b) { return key(a) != key(b) ? key(a) > key(b) : a < b; });
  auto out = std::back_inserter(lines_);
  for (auto at = order_.begin(); at != last; ++at) {
    const float score = scores[static_cast<std::size_t>(*at)];
    fmt::format_to(out, "{}{{\"class\":{},\"score\":", at == order_.begin() ? "" : ",", *at);
    // JSON has no word for a score that is not a number.
    if (std::isfinite(score)) {
      fmt::format_to(out, "{}}}", score);
    } else {
      fmt::format_to(out, "null}}");
    }
  }
}

void ResultWriter::AddFailure(std::string_view image, std::string_view error) {
  lines_ += R"({"image":)";
  AppendJsonString(lines_, image);
  lines_ += R"(,"error":)";
  AppendJsonString(lines_, error);
  lines_ += "}\n";
}

Status ResultWriter::Flush() {
  errno = 0;
  const std::size_t written = std::fwrite(lines_.data(), 1, lines_.size(), file_.get());
  const bool whole = written == lines_.size() && std::fflush(file_.get()) == 0;
  lines_.clear();
  if (!whole) return base::CannotWrite(path_, errno);
  return {};
}

Status ResultWriter::Close() {
  auto flushed = Flush();
  errno = 0;
  if (std::fclose(file_.release()) != 0 && flushed) return base::CannotWrite(path_, errno);
  return flushed;
}

}  // namespace batchsizer::flow
