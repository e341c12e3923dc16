// A text as a JSON string, without allocating once the output has grown.
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <string_view>

namespace batchsizer::flow {

// Appends "text", quoted and escaped. Bytes that are not UTF-8 (a file name may
// hold any) become U+FFFD, so that the line is always valid JSON.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace batchsizer::flow
