// Cells of a CSV file (RFC 4180), written and read.
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace batchsizer::flow {

// "image,error,batch_size,batch,class1,score1,...", without the line's end.
[[nodiscard]] std::string CsvHeader(int top);

// Appends text as one cell, in quotes where it needs them. Bytes that are not UTF-8
// become U+FFFD, and so does NUL, which many readers take for the end of everything.
void AppendCsvCell(std::string& out, std::string_view text);

// The cells of one record, without its line's end, which may hold line ends within
// quotes. False when it is no record.
[[nodiscard]] bool ParseCsvRecord(std::string_view record, std::vector<std::string>& out);

}  // namespace batchsizer::flow
