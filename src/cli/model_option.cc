#include "cli/model_option.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "base/output_file.h"
#include "base/text.h"
#include "flow/model/zoo.h"

namespace batchsizer::cli {
namespace {

std::filesystem::path CacheFolder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return std::filesystem::path(cache) / "batchsizer";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::filesystem::path(home) / ".cache/batchsizer";
  return std::filesystem::temp_directory_path() / "batchsizer";
}

// What a file of this version is known by: a change of any byte shows. Reads the file
// (5 ms for the largest network); empty when it cannot be read.
std::string Fingerprint(const std::string& path) {
  const std::unique_ptr<std::FILE, base::CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return {};
  std::uint64_t hash = 0;
  std::uint64_t bytes = 0;
  std::array<std::uint64_t, 8192> words{};
  while (const auto read = std::fread(words.data(), 1, sizeof words, file.get())) {
    for (std::size_t i = 0; i < (read + 7) / 8; ++i) {
      hash = std::rotl((hash ^ words[i]) * 0x9E3779B97F4A7C15ULL, 29);
    }
    bytes += read;
    words.fill(0);
  }
  return fmt::format("{} {} {} {:016x}\n", BATCHSIZER_VERSION, flow::kZooRevision, bytes, hash);
}

// Whether path is as it was built. A killed program, a full disk or another version
// may have left something else.
bool IsWhole(const std::string& path, const std::string& sum_path) {
  const auto sum = base::ReadFile(sum_path);
  return sum && *sum == Fingerprint(path);
}

}  // namespace

std::optional<std::string> ZooName(const std::string& model) {
  constexpr std::string_view kZoo = "zoo:";
  if (!model.starts_with(kZoo)) return std::nullopt;
  return model.substr(kZoo.size());
}

Result<std::string> ModelPath(const std::string& model) {
  const auto zoo_name = ZooName(model);
  if (!zoo_name) return model;
  const std::string& name = *zoo_name;
  const auto folder = CacheFolder() / "zoo";
  const std::string path = (folder / (name + ".onnx")).string();
  const std::string sum_path = path + ".sum";
  if (name.find('/') == std::string::npos && IsWhole(path, sum_path)) return path;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return MakeError(ErrorCode::kIo,
                     fmt::format("{}: cannot be made: {}", folder.string(), error.message()));
  }
  if (auto built = flow::BuildZooModel(name, path); !built) return tl::unexpected(built.error());
  // Without it the network is only built anew the next time.
  (void)base::ReplaceFile(sum_path, Fingerprint(path));
  return path;
}

ValueHint ModelHint() {
  ValueHint hint{.files = true};
  for (const auto name : flow::ZooNames()) hint.words.push_back(fmt::format("zoo:{}", name));
  return hint;
}

}  // namespace batchsizer::cli
