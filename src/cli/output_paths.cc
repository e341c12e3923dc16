#include "cli/output_paths.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

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

Status CheckMayStartAnew(const NamedPath& output, std::string_view what,
                         const std::vector<std::string_view>& beginnings) {
  std::error_code none;
  if (output.path.empty() || !std::filesystem::is_regular_file(output.path, none)) return {};
  // A stream that leads to a file goes on in it; what cannot be written is told later.
  if (output.path.starts_with("/dev/") || ::access(output.path.c_str(), W_OK) != 0) return {};
  std::string begin(64, '\0');
  std::ifstream file(output.path, std::ios::binary);
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  begin.resize(static_cast<std::size_t>(file.gcount()));
  const bool ours = std::any_of(beginnings.begin(), beginnings.end(), [&](auto beginning) {
    const std::size_t common = std::min(begin.size(), beginning.size());
    return beginning.substr(0, common) == begin.substr(0, common);
  });
  if (ours) return {};  // an empty file, or one that may not be read, is no reason either
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: {}: there is a file that is no {}, and it is left as it is; "
                               "name another one, or remove it",
                               output.option, output.path, what));
}

}  // namespace batchsizer::cli
