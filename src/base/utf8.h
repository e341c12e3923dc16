// UTF-8, for names of files, which may hold any bytes.
//
// Thread safety: free functions without state.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace batchsizer::base {

// Bytes of the character that starts text; 0 when none does.
// REQUIRES: text is not empty.
[[nodiscard]] std::size_t Utf8Length(std::string_view text);

// text with U+FFFD in place of each byte that belongs to no character.
[[nodiscard]] std::string ToValidUtf8(std::string_view text);

}  // namespace batchsizer::base
