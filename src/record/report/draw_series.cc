#include "record/report/draw_series.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace batchsizer::record {
namespace {

constexpr std::size_t kDense = 160;  // points of a line that needs to be thin

// A line through places, with gaps.
class PathBuilder {
 public:
  void LineTo(double x, double y) {
    if (std::isfinite(x) && std::isfinite(y)) {
      Add(x, y);
    } else {
      Break();
    }
  }

  // Keeps the height until x, then goes to y.
  void StepTo(double x, double y) {
    if (open_ && std::isfinite(x)) d_.append("H").append(Coordinate(x));
    if (open_ && std::isfinite(y)) {
      d_.append("V").append(Coordinate(y));
      alone_ = false;
    } else {
      LineTo(x, y);
    }
  }

  // Keeps the height until x.
  void StepUntil(double x) {
    if (!open_) return;
    d_.append("H").append(Coordinate(x));
    alone_ = false;
  }

  [[nodiscard]] std::string Take() {
    Break();
    return std::move(d_);
  }

 private:
  void Add(double x, double y) {
    d_ += fmt::format("{}{} {}", open_ ? "L" : "M", Coordinate(x), Coordinate(y));
    alone_ = !open_;
    open_ = true;
  }

  // A point alone between two gaps is seen as the dot that ends a line.
  void Break() {
    if (open_ && alone_) d_ += "h0";
    open_ = false;
  }

  std::string d_;
  bool open_ = false;
  bool alone_ = false;
};

std::string PathOf(const Series& series, const std::vector<std::size_t>& points,
                   const PanelLayout& layout) {
  const PlotAxis& y = layout.VerticalAxis(series.on_second_axis);
  PathBuilder path;
  for (const std::size_t i : points) {
    const double at = layout.x.Place(XOf(series, i));
    const double height = y.Place(series.y[i]);
    if (series.kind == SeriesKind::kSteps) {
      path.StepTo(at, height);
    } else {
      path.LineTo(at, height);
    }
  }
  if (series.kind == SeriesKind::kSteps) path.StepUntil(layout.plot.right);
  return path.Take();
}

void DrawWhisker(SvgWriter& svg, double x, const Series& series, std::size_t i, const PlotAxis& y,
                 const Stroke& stroke) {
  if (i >= series.low.size() || i >= series.high.size()) return;
  const double low = y.Place(series.low[i]);
  const double high = y.Place(series.high[i]);
  if (!std::isfinite(low) || !std::isfinite(high)) return;
  constexpr double kHalf = 3;
  svg.Line(x, low, x, high, stroke);
  svg.Line(x - kHalf, low, x + kHalf, low, stroke);
  svg.Line(x - kHalf, high, x + kHalf, high, stroke);
}

// Some points to mark, apart from those of the other series: near places at equal
// distances the highest one, not one in a dip.
std::vector<std::size_t> SomePoints(const Series& series, const std::vector<std::size_t>& points,
                                    const PanelLayout& layout, double first_place) {
  constexpr double kApart = 110;
  constexpr double kAround = 6;
  const std::size_t none = series.y.size();
  std::vector<std::size_t> some;
  double place = first_place * kApart + layout.plot.left;
  std::size_t highest = none;
  for (const std::size_t i : points) {
    const double at = layout.x.Place(XOf(series, i));
    if (at > place + kAround) {
      some.push_back(highest);
      highest = none;
      place += kApart * std::ceil((at - place - kAround) / kApart);
    }
    if (at < place - kAround || !std::isfinite(series.y[i])) continue;
    if (highest == none || series.y[i] > series.y[highest]) highest = i;
  }
  some.erase(std::remove(some.begin(), some.end(), none), some.end());
  return some;
}

// Which of the points have a marker: all, where there are few; none, where colours are
// enough. turn: which of so many series it is.
std::vector<std::size_t> Marked(const Series& series, const std::vector<std::size_t>& points,
                                const PanelLayout& layout, std::size_t turn, std::size_t of) {
  if (HasMarkerOnEach(series)) return points;
  if (of < kManySeries) return {};
  return SomePoints(series, points, layout,
                    (static_cast<double>(turn) + 0.5) / static_cast<double>(of));
}

void DrawLine(SvgWriter& svg, const Series& series, const PanelLayout& layout, const Look& look,
              const Paint& paint, std::size_t turn, std::size_t of) {
  const auto points = PointsToDraw(series, layout.x);
  const PlotAxis& y = layout.VerticalAxis(series.on_second_axis);
  if (series.kind != SeriesKind::kPoints) {
    Stroke stroke = StrokeOf(look, paint);
    if (points.size() > kDense) stroke.width = 1.1;
    svg.Path(PathOf(series, points, layout), stroke);
  }
  for (const std::size_t i : points) {
    DrawWhisker(svg, layout.x.Place(XOf(series, i)), series, i, y, {paint.ink, 1});
  }
  const double size = series.kind == SeriesKind::kPoints ? 8 : 6;
  for (const std::size_t i : Marked(series, points, layout, turn, of)) {
    const double height = y.Place(series.y[i]);
    if (!std::isfinite(height)) continue;
    DrawMarker(svg, layout.x.Place(XOf(series, i)), height, look, paint, size);
  }
}

// The places of a stepped line, its last value held to the plot's end.
std::string SteppedPath(const std::vector<double>& x, const std::vector<double>& values,
                        const PlotAxis& y, const PanelLayout& layout) {
  PathBuilder path;
  if (x.empty() && !values.empty()) path.LineTo(layout.plot.left, y.Place(values.front()));
  for (std::size_t i = 0; i < std::min(x.size(), values.size()); ++i) {
    path.StepTo(layout.x.Place(x[i]), y.Place(values[i]));
  }
  path.StepUntil(layout.plot.right);
  return path.Take();
}

void DrawBand(SvgWriter& svg, const Band& band, const PanelLayout& layout, const Paint& paint) {
  const std::size_t count = std::min(band.low.size(), band.high.size());
  constexpr double kOpacity = 0.14;
  for (std::size_t i = 0; i < count; ++i) {
    const double left = band.x.empty() ? layout.plot.left : layout.x.Place(band.x[i]);
    const double right = i + 1 < count ? layout.x.Place(band.x[i + 1]) : layout.plot.right;
    const double top = layout.y.Place(band.high[i]);
    const double bottom = layout.y.Place(band.low[i]);
    if (std::isfinite(left + right + top + bottom)) {
      svg.Rectangle({left, top, right, bottom}, paint.band, kOpacity);
    }
    if (band.x.empty()) break;
  }
}

struct BarPlace {
  double left = 0;
  double width = 0;
};

// The index-th of count bars of a category.
BarPlace PlaceBar(const PanelLayout& layout, std::size_t category, std::size_t index,
                  std::size_t count) {
  const double slot = layout.x.Place(1) - layout.x.Place(0);
  // One category alone would make walls of its bars.
  constexpr double kMostWidth = 60;
  const double used =
      std::min(slot * (count > 1 ? 0.84 : 0.66), kMostWidth * static_cast<double>(count));
  const double width = used / static_cast<double>(count);
  const double left = layout.x.Place(static_cast<double>(category)) + (slot - used) / 2;
  return {left + width * static_cast<double>(index), width};
}

std::string BarLabel(double value, bool with_sign) {
  const double rounded = std::abs(value) < 10 ? std::round(value * 10) / 10 : std::round(value);
  std::string text = fmt::format("{:g}", std::abs(rounded));
  if (rounded < 0) return "−" + text;
  return with_sign && rounded > 0 ? "+" + text : text;
}

// Where bars begin: at 0; a log axis has none.
double BaseOf(const PlotAxis& y, const Box& plot) {
  return y.scale == Scale::kLog2 ? plot.bottom : std::clamp(y.Place(0), plot.top, plot.bottom);
}

// Is a marker of another series where a bar's label would stand, beyond its end?
bool IsMarkerThere(const Panel& panel, const PanelLayout& layout, std::size_t i, double end,
                   double label) {
  constexpr double kRoom = 7;  // half a marker, and a little
  return std::any_of(panel.series.begin(), panel.series.end(), [&](const Series& series) {
    if (series.kind == SeriesKind::kBars || i >= series.y.size()) return false;
    const double at = layout.y.Place(series.y[i]);
    return at > std::min(end, label) - kRoom && at < std::max(end, label) + kRoom;
  });
}

// Beyond the bar's end; where a marker is in the way, inside, or beyond that, too.
void DrawBarLabel(SvgWriter& svg, const Panel& panel, const PanelLayout& layout, std::size_t i,
                  const BarPlace& place, double value, bool with_sign, const Paint& paint) {
  constexpr double kSize = 9.5;
  const double end = layout.y.Place(value);
  const double down = value < 0 ? 1 : -1;
  constexpr double kMarker = 14;
  const bool marked = IsMarkerThere(panel, layout, i, end, end + down * (kSize + 3));
  const bool inside = marked && std::abs(end - BaseOf(layout.y, layout.plot)) > 1.5 * kMarker;
  const double beyond = kSize / 2 + 3 + (marked ? kMarker : 0);
  const double middle = end + down * (inside ? -kMarker : beyond);
  svg.Text(place.left + place.width / 2, middle + kSize * 0.36, BarLabel(value, with_sign),
           {.size = kSize,
            .colour = inside ? paint.ground : paint.ink,
            .anchor = TextStyle::Anchor::kMiddle,
            .halo = inside ? std::string_view() : paint.ground});
}

void DrawBarSeries(SvgWriter& svg, const Panel& panel, const Series& series,
                   const PanelLayout& layout, const Look& look, const Paint& paint,
                   std::size_t index, std::size_t count) {
  const PlotAxis& y = layout.VerticalAxis(series.on_second_axis);
  const double zero = BaseOf(y, layout.plot);
  const bool with_sign =
      std::any_of(series.y.begin(), series.y.end(), [](double value) { return value < 0; });
  for (std::size_t i = 0; i < series.y.size(); ++i) {
    const double end = y.Place(series.y[i]);
    if (!std::isfinite(end)) continue;
    const BarPlace place = PlaceBar(layout, i, index, count);
    const double gap = count > 1 ? 0.4 : 0;  // so that equal neighbours stay two
    svg.Rectangle({place.left + gap, std::min(end, zero), place.left + place.width - gap,
                   std::max(end, zero)},
                  paint.slots[static_cast<std::size_t>(look.slot)]);
    DrawWhisker(svg, place.left + place.width / 2, series, i, y, {paint.ink, 1});
    const bool room =
        count == 1 && series.low.empty() && !series.on_second_axis && place.width > 13;
    if (room) DrawBarLabel(svg, panel, layout, i, place, series.y[i], with_sign, paint);
  }
}

// What a reader hides and shows by the legend.
void OpenKey(SvgWriter& svg, const Legend& legend, const Series& series) {
  svg.Open("g", fmt::format("data-key=\"{}\"", legend.KeyOf(series)));
}

bool IsBars(const Series& series) { return series.kind == SeriesKind::kBars; }

}  // namespace

void DrawBands(SvgWriter& svg, const Panel& panel, const PanelLayout& layout, const Paint& paint) {
  for (const auto& band : panel.bands) DrawBand(svg, band, layout, paint);
}

void DrawBars(SvgWriter& svg, const Panel& panel, const PanelLayout& layout, const Legend& legend,
              const Paint& paint) {
  const auto count =
      static_cast<std::size_t>(std::count_if(panel.series.begin(), panel.series.end(), IsBars));
  std::size_t index = 0;
  for (const auto& series : panel.series) {
    if (!IsBars(series)) continue;
    OpenKey(svg, legend, series);
    DrawBarSeries(svg, panel, series, layout, legend.LookOf(series), paint, index++, count);
    svg.Close("g");
  }
}

void DrawLines(SvgWriter& svg, const Panel& panel, const PanelLayout& layout, const Legend& legend,
               const Paint& paint) {
  const std::size_t count = panel.series.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Series& series = panel.series[i];
    if (IsBars(series)) continue;
    OpenKey(svg, legend, series);
    DrawLine(svg, series, layout, legend.LookOf(series), paint, i, count);
    svg.Close("g");
  }
}

void DrawReferences(SvgWriter& svg, const Panel& panel, const PanelLayout& layout,
                    const Paint& paint) {
  for (const auto& line : panel.references) {
    const Stroke stroke = line.is_cap ? CapStroke(paint) : GuideStroke(paint);
    if (line.direction == ReferenceLine::Direction::kHorizontal) {
      const PlotAxis& y = layout.VerticalAxis(line.on_second_axis);
      svg.Path(SteppedPath(line.x, line.y, y, layout), stroke);
      continue;
    }
    for (const double value : line.y) {
      const double at = layout.x.Place(value);
      if (std::isfinite(at)) svg.Line(at, layout.plot.top, at, layout.plot.bottom, stroke);
    }
  }
}

}  // namespace batchsizer::record
