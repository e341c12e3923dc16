// A figure as one SVG that stands alone: white ground, text as text, for papers and slides.
//
// Thread safety: free functions without state.
#pragma once

#include <string>

#include "record/report/figure.h"

namespace batchsizer::record {

[[nodiscard]] std::string FigureToSvg(const Figure& figure);

}  // namespace batchsizer::record
