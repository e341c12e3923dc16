// The parts of a report's page as HTML: figures, tables, claims.
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <vector>

#include "record/report/figure.h"

namespace batchsizer::record {

[[nodiscard]] std::string FigureToHtml(const Figure& figure);
[[nodiscard]] std::string TableToHtml(const Table& table);
[[nodiscard]] std::string ClaimsToHtml(const std::vector<Claim>& claims);

// "Fig. 5 Throughput against DVFS", with tags: for headings.
[[nodiscard]] std::string HeadingHtml(const std::string& number, const std::string& title,
                                      const std::string& note);

// Names a place to link to: letters, digits, '-', '_'; others become '-'.
[[nodiscard]] std::string LinkName(const std::string& text);

}  // namespace batchsizer::record
