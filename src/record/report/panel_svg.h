// One panel of a figure as SVG shapes: frame, axes, data, caps, words.
//
// Thread safety: free functions without state.
#pragma once

#include <string_view>

#include "record/report/chart_style.h"
#include "record/report/figure.h"
#include "record/report/panel_layout.h"
#include "record/report/svg_writer.h"

namespace batchsizer::record {

// Its left top corner at 0, 0. clip_id: a name that the document has not given yet.
// REQUIRES: layout is LayOutPanel(panel, ...).
void DrawPanel(SvgWriter& svg, const Panel& panel, const PanelLayout& layout, const Legend& legend,
               const Paint& paint, std::string_view clip_id);

}  // namespace batchsizer::record
