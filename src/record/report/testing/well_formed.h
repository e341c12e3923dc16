// Are the tags of a document closed in the order in which they were opened?
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <string_view>

namespace batchsizer::record::testing {

// What is wrong first; "" when nothing is. html: elements like <meta> stay open.
[[nodiscard]] std::string WhatIsMalformed(std::string_view document, bool html);

}  // namespace batchsizer::record::testing
