#include "flow/result/finished.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/utf8.h"

namespace batchsizer::flow {
namespace {

constexpr std::string_view kLineStart = R"({"image":)";

tl::unexpected<Error> NotOurs(const std::string& path, int line) {
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}:{}: is not a line of a results file; --resume needs the file "
                               "that the interrupted run wrote, and has left this one as it is",
                               path, line));
}

// Whether text could be the beginning of a line of ours.
bool CouldBeTorn(std::string_view text) {
  const std::size_t common = std::min(text.size(), kLineStart.size());
  return text.substr(0, common) == kLineStart.substr(0, common);
}

}  // namespace

Finished::Finished() {
  std::error_code none;
  here_ = std::filesystem::current_path(none).string();
}

Result<Finished> Finished::Read(const std::string& path) {
  Finished finished;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return finished;
  const auto text = base::ReadFile(path);
  if (!text) return tl::unexpected(text.error());
  std::string_view rest(*text);
  int number = 1;
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    if (!finished.TakeLine(rest.substr(0, end))) return NotOurs(path, number);
    finished.whole_bytes_ += end + 1;
    rest.remove_prefix(end + 1);
    ++number;
  }
  if (!CouldBeTorn(rest)) return NotOurs(path, number);
  return finished;
}

bool Finished::TakeLine(std::string_view line) {
  const auto object = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  const bool ours = object.is_object() && object.contains("image") && object["image"].is_string() &&
                    (object.contains("top") || object.contains("error"));
  if (!ours) return false;
  ++lines_;
  ++left_[Key(object["image"].get_ref<const std::string&>())];
  if (object.contains("batch") && object["batch"].is_number_integer()) {
    next_batch_ = std::max(next_batch_, object["batch"].get<std::int64_t>() + 1);
  }
  return true;
}

bool Finished::Take(std::string_view image) {
  const auto at = left_.find(Key(image));
  if (at == left_.end()) return false;
  if (--at->second == 0) left_.erase(at);
  return true;
}

std::string Finished::Key(std::string_view image) const {
  const std::filesystem::path path(base::ToValidUtf8(image));
  return (std::filesystem::path(here_) / path).lexically_normal().string();
}

}  // namespace batchsizer::flow
