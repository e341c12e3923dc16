// The data in a panel: lines, steps, points, bars, whiskers, caps and bands.
//
// Thread safety: free functions without state.
#pragma once

#include "record/report/chart_style.h"
#include "record/report/figure.h"
#include "record/report/panel_layout.h"
#include "record/report/svg_writer.h"

namespace batchsizer::record {

// REQUIRES (all): layout is LayOutPanel(panel, ...).
void DrawBands(SvgWriter& svg, const Panel& panel, const PanelLayout& layout, const Paint& paint);
void DrawBars(SvgWriter& svg, const Panel& panel, const PanelLayout& layout, const Legend& legend,
              const Paint& paint);
// All series but bars.
void DrawLines(SvgWriter& svg, const Panel& panel, const PanelLayout& layout, const Legend& legend,
               const Paint& paint);
void DrawReferences(SvgWriter& svg, const Panel& panel, const PanelLayout& layout,
                    const Paint& paint);

}  // namespace batchsizer::record
