#include "record/report/panel_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "record/report/annotations.h"
#include "record/report/draw_series.h"

namespace batchsizer::record {
namespace {

using Anchor = TextStyle::Anchor;

// Everything that draws a panel's surroundings needs.
struct Canvas {
  SvgWriter& svg;
  const Panel& panel;
  const PanelLayout& layout;
  const Paint& paint;
};

void DrawTitle(const Canvas& c) {
  if (c.panel.title.empty()) return;
  c.svg.Text(c.layout.plot.left, 15, c.panel.title,
             {.size = kTitleText, .colour = c.paint.ink, .bold = true});
}

void DrawVerticalTicks(const Canvas& c, const PlotAxis& axis, bool second) {
  const Box& plot = c.layout.plot;
  for (const auto& tick : axis.ticks.ticks) {
    const double y = axis.Place(tick.value);
    if (!second) c.svg.Line(plot.left, y, plot.right, y, {c.paint.grid, 1});
    c.svg.Text(second ? plot.right + 5 : plot.left - 5, y + 4, tick.label,
               {.size = kTickText,
                .colour = c.paint.faint,
                .anchor = second ? Anchor::kStart : Anchor::kEnd});
  }
}

void DrawVerticalTitle(const Canvas& c, const Axis& axis, bool second) {
  const double x = second ? c.layout.width - 4 : 12;
  // A long one gets smaller, and moves towards the middle of the panel.
  const double room = c.layout.height - 6;
  const double needed = TextWidth(AxisTitle(axis), kAxisText);
  const double size = std::max(8.0, kAxisText * std::min(1.0, room / needed));
  const double half = std::min(needed, room) / 2;
  const double y = std::clamp((c.layout.plot.top + c.layout.plot.bottom) / 2, half + 3,
                              std::max(half + 3, c.layout.height - half - 3));
  c.svg.Text(x, y, AxisTitle(axis),
             {.size = size, .colour = c.paint.ink, .anchor = Anchor::kMiddle, .turned = -90});
}

void DrawHorizontalTicks(const Canvas& c) {
  const Box& plot = c.layout.plot;
  for (const auto& tick : c.layout.x.ticks.ticks) {
    const double x = c.layout.x.Place(tick.value);
    c.svg.Line(x, plot.top, x, plot.bottom, {c.paint.grid, 1});
    c.svg.Text(x, plot.bottom + 15, tick.label,
               {.size = kTickText, .colour = c.paint.faint, .anchor = Anchor::kMiddle});
  }
}

void DrawCategoryNames(const Canvas& c) {
  const double bottom = c.layout.plot.bottom;
  for (std::size_t i = 0; i < c.panel.categories.size(); ++i) {
    const double x = c.layout.x.Place(static_cast<double>(i) + 0.5);
    if (c.layout.turned_categories) {
      c.svg.Text(
          x + 4, bottom + 12, c.panel.categories[i],
          {.size = kTickText, .colour = c.paint.faint, .anchor = Anchor::kEnd, .turned = -45});
    } else {
      c.svg.Text(x, bottom + 15, c.panel.categories[i],
                 {.size = kTickText, .colour = c.paint.faint, .anchor = Anchor::kMiddle});
    }
  }
}

void DrawGroups(const Canvas& c) {
  const Box& plot = c.layout.plot;
  const double title = AxisTitle(c.panel.x).empty() ? 0 : 16;
  const double baseline = c.layout.height - title - 6;
  double from = 0;
  for (const auto& group : c.panel.groups) {
    const double left = c.layout.x.Place(from);
    from += group.count;
    const double right = c.layout.x.Place(from);
    if (left > plot.left + 1) c.svg.Line(left, plot.top, left, baseline, {c.paint.line, 1});
    c.svg.Line(left + 4, baseline - 12, right - 4, baseline - 12, {c.paint.line, 1});
    c.svg.Text((left + right) / 2, baseline, group.name,
               {.size = kAxisText, .colour = c.paint.ink, .anchor = Anchor::kMiddle});
  }
}

// The base of bars; where nothing is below 0 the frame's edge is.
void DrawZeroLine(const Canvas& c) {
  const Ticks& ticks = c.layout.y.ticks;
  if (c.layout.y.scale != Scale::kLinear || ticks.least >= 0 || ticks.most <= 0) return;
  const double zero = c.layout.y.Place(0);
  c.svg.Line(c.layout.plot.left, zero, c.layout.plot.right, zero, {c.paint.ink, 1});
}

void DrawFrame(const Canvas& c) {
  const Box& plot = c.layout.plot;
  const Stroke stroke{c.paint.faint, 1};
  c.svg.Line(plot.left, plot.bottom, plot.right, plot.bottom, stroke);
  c.svg.Line(plot.left, plot.top, plot.left, plot.bottom, stroke);
  if (c.layout.second) c.svg.Line(plot.right, plot.top, plot.right, plot.bottom, stroke);
}

// The name of vertical lines stands above them.
void DrawVerticalName(const Canvas& c, const ReferenceLine& line, std::string_view colour) {
  constexpr double kSize = 10.5;
  const double half = TextWidth(line.name, kSize) / 2;
  for (const double value : line.y) {
    const double x = c.layout.x.Place(value);
    if (!std::isfinite(x)) continue;
    const double middle = std::max(c.layout.plot.left, std::min(x, c.layout.width - half - 2));
    c.svg.Text(middle, c.layout.plot.top - 4, line.name,
               {.size = kSize, .colour = colour, .anchor = Anchor::kMiddle});
  }
}

// The value of constant caps stands in the right margin, if no axis does.
void DrawMarginLabel(const Canvas& c, const ReferenceLine& line, std::string_view colour) {
  const double y = line.y.size() == 1 ? c.layout.y.Place(line.y.front()) : kNoValue;
  if (c.layout.second || line.on_second_axis || !std::isfinite(y)) return;
  c.svg.Text(c.layout.plot.right + 4, y + 4, MarginLabel(line),
             {.size = kTickText, .colour = colour, .bold = true});
}

void DrawReferenceNames(const Canvas& c) {
  for (const auto& line : c.panel.references) {
    const auto colour = line.is_cap ? c.paint.cap : c.paint.faint;
    if (line.direction == ReferenceLine::Direction::kVertical) {
      DrawVerticalName(c, line, colour);
    } else {
      DrawMarginLabel(c, line, colour);
    }
  }
}

void DrawEmpty(const Canvas& c) {
  const bool any =
      std::any_of(c.panel.series.begin(), c.panel.series.end(), [](const Series& series) {
        return std::any_of(series.y.begin(), series.y.end(),
                           [](double value) { return std::isfinite(value); });
      });
  if (any) return;
  const Box& plot = c.layout.plot;
  c.svg.Text((plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2, "no values",
             {.size = kAxisText, .colour = c.paint.faint, .anchor = Anchor::kMiddle});
}

void DrawAxes(const Canvas& c) {
  DrawVerticalTicks(c, c.layout.y, false);
  DrawVerticalTitle(c, c.panel.y, false);
  if (c.layout.second) {
    DrawVerticalTicks(c, *c.layout.second, true);
    DrawVerticalTitle(c, *c.panel.second, true);
  }
  if (c.panel.categories.empty()) {
    DrawHorizontalTicks(c);
  } else {
    DrawCategoryNames(c);
    DrawGroups(c);
  }
  const Box& plot = c.layout.plot;
  c.svg.Text((plot.left + plot.right) / 2, c.layout.height - 4, AxisTitle(c.panel.x),
             {.size = kAxisText, .colour = c.paint.ink, .anchor = Anchor::kMiddle});
}

}  // namespace

void DrawPanel(SvgWriter& svg, const Panel& panel, const PanelLayout& layout, const Legend& legend,
               const Paint& paint, std::string_view clip_id) {
  const Canvas canvas{svg, panel, layout, paint};
  DrawTitle(canvas);
  DrawAxes(canvas);
  svg.Open("clipPath", fmt::format("id=\"{}\"", clip_id));
  // Half a marker more, so that those on the frame stay whole.
  constexpr double kMore = 4;
  svg.Rectangle({layout.plot.left - kMore, layout.plot.top - kMore, layout.plot.right + kMore,
                 layout.plot.bottom + kMore},
                "none");
  svg.Close("clipPath");
  svg.Open("g", fmt::format("clip-path=\"url(#{})\"", clip_id));
  DrawBands(svg, panel, layout, paint);
  DrawBars(svg, panel, layout, legend, paint);
  DrawZeroLine(canvas);
  DrawLines(svg, panel, layout, legend, paint);
  DrawReferences(svg, panel, layout, paint);
  svg.Close("g");
  DrawFrame(canvas);
  DrawReferenceNames(canvas);
  DrawAnnotations(svg, panel, layout, paint);
  DrawEmpty(canvas);
}

}  // namespace batchsizer::record
