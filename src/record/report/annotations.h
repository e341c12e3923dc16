// The words in a panel: numbered dots at places, kept off the data and each other, with
// their words listed below the panel; and short words that stand at their place.
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <vector>

#include "record/report/chart_style.h"
#include "record/report/figure.h"
#include "record/report/panel_layout.h"
#include "record/report/svg_writer.h"

namespace batchsizer::record {

void DrawAnnotations(SvgWriter& svg, const Panel& panel, const PanelLayout& layout,
                     const Paint& paint);

// The words of the numbered ones: the first is number 1.
[[nodiscard]] std::vector<std::string> NumberedWords(const Panel& panel);

// text in lines that are about so wide.
[[nodiscard]] std::vector<std::string> WrapText(const std::string& text, double size, double width);

}  // namespace batchsizer::record
