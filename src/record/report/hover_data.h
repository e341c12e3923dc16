// What web/report/report.js needs to say the values at a place of a chart.
//
// Thread safety: free functions without state.
#pragma once

#include <nlohmann/json.hpp>

#include "record/report/chart_style.h"
#include "record/report/figure.h"
#include "record/report/panel_layout.h"

namespace batchsizer::record {

// The points that DrawPanel draws, and the axes that it draws them on.
// REQUIRES: layout is LayOutPanel(panel, ...).
[[nodiscard]] nlohmann::ordered_json HoverData(const Panel& panel, const PanelLayout& layout,
                                               const Legend& legend);

}  // namespace batchsizer::record
