#include "flow/result/finished.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace batchsizer::flow {
namespace {

Status TakeLine(std::string_view line, int number, const std::string& path, Finished& finished) {
  const auto object = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  const bool ours = object.is_object() && object.contains("image") && object["image"].is_string() &&
                    (object.contains("top") || object.contains("error"));
  if (!ours) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}:{}: is not a line of a results file; --resume needs the file "
                                 "that the interrupted run wrote",
                                 path, number));
  }
  ++finished.times[object["image"].get<std::string>()];
  if (object.contains("batch") && object["batch"].is_number_integer()) {
    const auto batch = object["batch"].get<std::int64_t>();
    finished.next_batch = std::max(finished.next_batch, batch + 1);
  }
  return {};
}

}  // namespace

Result<Finished> ReadFinished(const std::string& path) {
  Finished finished;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return finished;
  const auto text = base::ReadFile(path);
  if (!text) return tl::unexpected(text.error());
  const std::size_t whole = text->rfind('\n') == std::string::npos ? 0 : text->rfind('\n') + 1;
  if (whole < text->size()) {
    std::filesystem::resize_file(path, whole, error);
    if (error) {
      return MakeError(ErrorCode::kIo, fmt::format("{}: the torn last line cannot be cut off: {}",
                                                   path, error.message()));
    }
  }
  std::string_view rest(text->data(), whole);
  for (int number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    if (auto ok = TakeLine(rest.substr(0, end), number, path, finished); !ok) {
      return tl::unexpected(ok.error());
    }
    rest.remove_prefix(end + 1);
  }
  return finished;
}

}  // namespace batchsizer::flow
