// What --json prints: one object on one line, whatever is in it.
//
// Thread safety: one thread at a time.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace batchsizer::cli {

// Prints value to stdout. Names of files may hold any bytes: U+FFFD stands for those
// that are not UTF-8, as in a results file.
void PrintJson(const nlohmann::ordered_json& value);

}  // namespace batchsizer::cli
