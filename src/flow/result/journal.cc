#include "flow/result/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"

namespace batchsizer::flow {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kMagic = "batchsizer-journal ";
constexpr int kVersion = 1;
constexpr std::string_view kCheckpoint = "checkpoint ";
// Then it is written anew, with its last checkpoint only.
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 16U;

std::string Record(std::string_view kind, const Json& body) {
  const std::string text = body.dump();
  return fmt::format("{}{} {}\n", kind, base::ToHex(base::HashOf(text)), text);
}

std::string HeaderRecord(const RunIdentity& identity) {
  Json run = Json::array();
  for (const auto& field : identity.fields) {
    run.push_back({field.name, base::ToValidUtf8(field.value), base::ToValidUtf8(field.shown)});
  }
  return Record(fmt::format("{}{} ", kMagic, kVersion),
                {{"folder", base::ToValidUtf8(identity.folder)}, {"run", std::move(run)}});
}

std::string CheckpointRecord(const Checkpoint& checkpoint) {
  return Record(kCheckpoint, {{"bytes", checkpoint.bytes},
                              {"lines", checkpoint.lines},
                              {"hash", base::ToHex(checkpoint.hash)}});
}

// The body of a record "SUM BODY"; discarded when the sum is not right.
Json BodyOf(std::string_view record) {
  const auto blank = record.find(' ');
  if (blank == std::string_view::npos) return Json(Json::value_t::discarded);
  const std::string_view text = record.substr(blank + 1);
  if (base::ToHex(base::HashOf(text)) != record.substr(0, blank)) {
    return Json(Json::value_t::discarded);
  }
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

std::optional<base::Hash128> ParseHash(const std::string& text) {
  if (text.size() != 32) return std::nullopt;
  base::Hash128 hash;
  const char* middle = text.data() + 16;
  const char* end = middle + 16;
  if (std::from_chars(text.data(), middle, hash.high, 16).ptr != middle) return std::nullopt;
  if (std::from_chars(middle, end, hash.low, 16).ptr != end) return std::nullopt;
  return hash;
}

// The sum was right, so what it is made of was written by this program; of another
// version, perhaps: nothing is taken for granted.
std::optional<RunIdentity> IdentityOf(const Json& body) {
  if (!body.is_object() || !body.contains("folder") || !body["folder"].is_string() ||
      !body.contains("run") || !body["run"].is_array()) {
    return std::nullopt;
  }
  RunIdentity identity;
  identity.folder = body["folder"].get<std::string>();
  for (const Json& field : body["run"]) {
    if (!field.is_array() || field.size() != 3) return std::nullopt;
    for (const Json& text : field) {
      if (!text.is_string()) return std::nullopt;
    }
    identity.fields.push_back({field[0], field[1], field[2]});
  }
  return identity;
}

std::optional<Checkpoint> CheckpointOf(const Json& body) {
  if (!body.is_object() || !body.contains("bytes") || !body["bytes"].is_number_unsigned() ||
      !body.contains("lines") || !body["lines"].is_number_unsigned() || !body.contains("hash") ||
      !body["hash"].is_string()) {
    return std::nullopt;
  }
  const auto hash = ParseHash(body["hash"].get<std::string>());
  if (!hash) return std::nullopt;
  return Checkpoint{body["bytes"], body["lines"], *hash};
}

tl::unexpected<Error> Unusable(const std::string& path, std::string_view why) {
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: {}; remove this file to go on by the lines of the results "
                               "alone, or leave out --resume to start anew",
                               path, why));
}

Result<RunIdentity> ReadHeader(const std::string& path, std::string_view line) {
  if (!line.starts_with(kMagic)) return Unusable(path, "is not the journal of a results file");
  line.remove_prefix(kMagic.size());
  const auto version = base::ParseInteger(line.substr(0, line.find(' ')));
  if (version && *version > kVersion) {
    return Unusable(path, fmt::format("is a journal of version {}, and this program knows version "
                                      "{} at most",
                                      *version, kVersion));
  }
  const auto blank = line.find(' ');
  auto identity = version && blank != std::string_view::npos
                      ? IdentityOf(BodyOf(line.substr(blank + 1)))
                      : std::nullopt;
  if (!identity) {
    return Unusable(path,
                    "the first line is damaged, so that nothing tells of which run these "
                    "results are");
  }
  return *std::move(identity);
}

// A journal, or what a machine that stopped left of one.
bool LooksLikeJournal(std::string_view text) {
  const std::string_view start = text.substr(0, kMagic.size());
  return start.find_first_not_of('\0') == std::string_view::npos ||
         kMagic.substr(0, start.size()) == start;
}

Status CheckReplaceable(const std::string& path) {
  std::error_code none;
  if (!std::filesystem::exists(path, none)) return {};
  const auto text = base::ReadRegularFile(path);
  if (!text) return tl::unexpected(text.error());
  if (LooksLikeJournal(*text)) return {};
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: is needed for the journal of the results, but is something "
                               "else; move it away, or name another results file",
                               path));
}

}  // namespace

std::string JournalPath(const std::string& results_path) {
  return base::FollowLinks(results_path) + ".journal";
}

Result<std::unique_ptr<JournalContent>> ReadJournal(const std::string& path) {
  std::error_code none;
  if (!std::filesystem::exists(path, none)) return nullptr;
  const auto text = base::ReadRegularFile(path);
  if (!text) return tl::unexpected(text.error());
  if (text->find_first_not_of('\0') == std::string::npos) return nullptr;
  std::string_view rest(*text);
  auto end = rest.find('\n');
  auto identity = ReadHeader(path, rest.substr(0, end));
  if (!identity) return tl::unexpected(identity.error());
  auto content = std::make_unique<JournalContent>();
  content->identity = *std::move(identity);
  if (end == std::string_view::npos) return Unusable(path, "the first line is cut");
  while (end != std::string_view::npos) {
    content->whole_bytes += end + 1;
    rest.remove_prefix(end + 1);
    end = rest.find('\n');
    if (end == std::string_view::npos || !rest.starts_with(kCheckpoint)) break;
    const auto checkpoint =
        CheckpointOf(BodyOf(rest.substr(kCheckpoint.size(), end - kCheckpoint.size())));
    if (!checkpoint) break;
    content->last = *checkpoint;
  }
  return content;
}

Result<Journal> Journal::Create(const std::string& path, RunIdentity identity,
                                const Checkpoint& first) {
  if (auto ok = CheckReplaceable(path); !ok) return tl::unexpected(ok.error());
  std::string text = HeaderRecord(identity);
  if (first.bytes > 0) text += CheckpointRecord(first);
  if (auto ok = base::ReplaceFile(path, text); !ok) return tl::unexpected(ok.error());
  return Continue(path, {std::move(identity), first, text.size()});
}

Result<Journal> Journal::Continue(const std::string& path, const JournalContent& content) {
  base::FileDescriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!file || ::ftruncate(file.get(), static_cast<off_t>(content.whole_bytes)) != 0) {
    return base::CannotWrite(path, errno);
  }
  return Journal(path, content.identity, std::move(file), content.whole_bytes);
}

Status Journal::Remove(const std::string& path) {
  if (auto ok = CheckReplaceable(path); !ok) return ok;
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return base::CannotWrite(path, errno);
  return {};
}

Status Journal::Add(const Checkpoint& checkpoint) {
  if (bytes_ > kMostBytes) {
    auto anew = Create(path_, identity_, checkpoint);
    if (!anew) return tl::unexpected(anew.error());
    *this = *std::move(anew);
    return {};
  }
  const std::string record = CheckpointRecord(checkpoint);
  std::size_t written = 0;
  const int error = base::WriteAll(file_.get(), record, written);
  if (error == 0) {
    bytes_ += record.size();
    return {};
  }
  (void)::ftruncate(file_.get(), static_cast<off_t>(bytes_));
  return base::CannotWrite(path_, error);
}

Status Journal::Sync() {
  if (::fdatasync(file_.get()) == 0 || errno == EINVAL) return {};
  return base::CannotWrite(path_, errno);
}

}  // namespace batchsizer::flow
