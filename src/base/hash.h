// A hash of 128 bits (XXH3): tells whether two pieces of data are the same, and
// that by 16 bytes. Fast, and no protection from somebody who wants a collision.
//
// Thread safety: Hasher is thread-compatible; the rest has no state.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "batchsizer/result.h"

namespace batchsizer::base {

struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Hash128&) const = default;
};

[[nodiscard]] Hash128 HashOf(std::string_view bytes);
// 32 hexadecimal digits.
[[nodiscard]] std::string ToHex(const Hash128& hash);

// The hash of bytes that come in pieces. Movable; one moved from is not to be used.
class Hasher {
 public:
  Hasher();
  void Update(std::string_view bytes);
  // Of all bytes so far; more may follow.
  [[nodiscard]] Hash128 Digest() const;

 private:
  struct State;
  struct FreeState {
    void operator()(State* state) const;
  };
  std::unique_ptr<State, FreeState> state_;
};

// Of a file's whole content. Errors: those of opening it and kIo.
[[nodiscard]] Result<Hash128> HashOfFile(const std::string& path);

}  // namespace batchsizer::base
