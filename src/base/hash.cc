#include "base/hash.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <new>
#include <vector>

#include "base/errno_error.h"
#include "base/output_file.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace batchsizer::base {

struct Hasher::State {
  XXH3_state_t value;
};

void Hasher::FreeState::operator()(State* state) const { delete state; }

Hash128 HashOf(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

std::string ToHex(const Hash128& hash) {
  return fmt::format("{:016x}{:016x}", hash.high, hash.low);
}

Hasher::Hasher() : state_(new State) { XXH3_128bits_reset(&state_->value); }

void Hasher::Update(std::string_view bytes) {
  XXH3_128bits_update(&state_->value, bytes.data(), bytes.size());
}

Hash128 Hasher::Digest() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(&state_->value);
  return {hash.high64, hash.low64};
}

Result<Hash128> HashOfFile(const std::string& path) {
  errno = 0;
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return ErrnoError(path, errno);
  std::vector<char> bytes(std::size_t{1} << 18U);
  Hasher hasher;
  while (const auto read = std::fread(bytes.data(), 1, bytes.size(), file.get())) {
    hasher.Update({bytes.data(), read});
  }
  if (std::ferror(file.get()) != 0) return ErrnoError(path, errno);
  return hasher.Digest();
}

}  // namespace batchsizer::base
