#include "cli/output_paths.h"

#include <fmt/format.h>

#include <filesystem>

namespace batchsizer::cli {
namespace {

bool SameFile(const std::string& a, const std::string& b) {
  namespace fs = std::filesystem;
  if (a.empty() || b.empty()) return false;
  std::error_code none;
  if (fs::exists(a, none) && !fs::is_regular_file(a, none)) return false;
  if (fs::equivalent(a, b, none)) return true;
  // Of what cannot be looked at (a folder that may not be entered), as it is written.
  const auto whole = [](const std::string& path) {
    std::error_code error;
    const auto absolute = fs::absolute(path, error).lexically_normal();
    auto canonical = fs::weakly_canonical(absolute, error);
    return error ? absolute : canonical;
  };
  return whole(a) == whole(b);
}

}  // namespace

NamedPath PathAfter(std::string option, std::string_view prefix, const std::string& value) {
  const bool has = std::string_view(value).starts_with(prefix);
  return {std::move(option), has ? value.substr(prefix.size()) : std::string()};
}

Status CheckOutputs(const std::vector<NamedPath>& written, const std::vector<NamedPath>& read) {
  std::vector<NamedPath> taken = read;
  for (const NamedPath& output : written) {
    for (const NamedPath& other : taken) {
      if (!SameFile(output.path, other.path)) continue;
      return MakeError(ErrorCode::kInvalidInput,
                       fmt::format("{}: {} is the file of {}; name another one", output.option,
                                   output.path, other.option));
    }
    taken.push_back(output);
  }
  return {};
}

}  // namespace batchsizer::cli
