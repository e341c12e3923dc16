#include "record/report/annotations.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"

namespace batchsizer::record {
namespace {

constexpr double kRadius = 7.5;

struct Place {
  double x = 0;
  double y = 0;
};

double Distance(const Place& a, const Place& b) { return std::hypot(a.x - b.x, a.y - b.y); }

// Places on the way from the last one to another.
void AddBetween(std::vector<Place>& places, const Place& to) {
  constexpr double kApart = 8;
  const Place from = places.back();
  const int steps = std::min(100, static_cast<int>(Distance(from, to) / kApart));
  for (int i = 1; i < steps; ++i) {
    const double share = static_cast<double>(i) / steps;
    places.push_back({from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)});
  }
}

// What dots should not cover, as places along the lines.
std::vector<Place> PlacesOfData(const Panel& panel, const PanelLayout& layout) {
  std::vector<Place> places;
  for (const auto& series : panel.series) {
    const PlotAxis& y = layout.VerticalAxis(series.on_second_axis);
    for (const std::size_t i : PointsToDraw(series, layout.x)) {
      const Place place{layout.x.Place(XOf(series, i)), y.Place(series.y[i])};
      if (!std::isfinite(place.y)) continue;
      if (!places.empty() && series.kind == SeriesKind::kLine) AddBetween(places, place);
      places.push_back(place);
    }
  }
  return places;
}

bool IsInside(const Place& place, const Box& box) {
  return place.x > box.left + kRadius && place.x < box.right - kRadius &&
         place.y > box.top + kRadius && place.y < box.bottom - kRadius;
}

double CostOf(const Place& candidate, const Box& plot, const std::vector<Place>& dots,
              const std::vector<Place>& data) {
  constexpr double kOutside = 200;
  constexpr double kOverlap = 100;
  double cost = IsInside(candidate, plot) ? 0 : kOutside;
  for (const auto& dot : dots) {
    if (Distance(dot, candidate) < 2 * kRadius + 2) cost += kOverlap;
  }
  for (const auto& place : data) {
    if (Distance(place, candidate) < kRadius + 3) cost += 1;
  }
  return cost;
}

// The best place near the point: nearest, unless something is in the way.
Place PlaceDot(const Place& point, const Box& plot, const std::vector<Place>& dots,
               const std::vector<Place>& data) {
  Place best = point;
  double least = std::numeric_limits<double>::infinity();
  constexpr double kEighth = 0.7853981633974483;
  for (const double distance : {19.0, 30.0, 44.0, 60.0}) {
    for (const int direction : {6, 2, 7, 5, 1, 3, 0, 4}) {  // above first
      const Place candidate{point.x + distance * std::cos(direction * kEighth),
                            point.y + distance * std::sin(direction * kEighth)};
      const double cost = CostOf(candidate, plot, dots, data) + distance / 15;
      if (cost < least)
        std::tie(least, best.x, best.y) = std::tuple(cost, candidate.x, candidate.y);
    }
  }
  return best;
}

void DrawDot(SvgWriter& svg, const Place& point, const Place& dot, std::size_t number,
             const Paint& paint) {
  svg.Line(point.x, point.y, dot.x, dot.y, {paint.ink, 1});
  svg.Circle(point.x, point.y, 2.2, paint.ink, {paint.ground, 0.8});
  svg.Circle(dot.x, dot.y, kRadius, paint.ink, {paint.ground, 1});
  const bool wide = number > 9;
  svg.Text(dot.x, dot.y + (wide ? 3.1 : 3.5), fmt::format("{}", number),
           {.size = wide ? 8.5 : 10,
            .colour = paint.ground,
            .anchor = TextStyle::Anchor::kMiddle,
            .bold = true});
}

void DrawWords(SvgWriter& svg, const Place& point, const std::string& text, const Box& plot,
               const Paint& paint) {
  const bool on_the_right = point.x > (plot.left + plot.right) / 2;
  const double shift = on_the_right ? -5 : 5;
  svg.Circle(point.x, point.y, 2.2, paint.ink, {paint.ground, 0.8});
  svg.Text(point.x + shift, std::max(point.y - 6, plot.top + kTickText), text,
           {.size = kTickText,
            .colour = paint.ink,
            .anchor = on_the_right ? TextStyle::Anchor::kEnd : TextStyle::Anchor::kStart,
            .halo = paint.ground});
}

}  // namespace

void DrawAnnotations(SvgWriter& svg, const Panel& panel, const PanelLayout& layout,
                     const Paint& paint) {
  if (panel.annotations.empty()) return;
  const auto data = PlacesOfData(panel, layout);
  std::vector<Place> dots;
  for (const auto& note : panel.annotations) {
    const Place point{layout.x.Place(note.x),
                      layout.VerticalAxis(note.on_second_axis).Place(note.y)};
    const bool placed = std::isfinite(point.x) && std::isfinite(point.y);
    if (!note.marker) {
      if (placed) DrawWords(svg, point, note.text, layout.plot, paint);
      continue;
    }
    dots.push_back(placed ? PlaceDot(point, layout.plot, dots, data) : Place{-1e3, -1e3});
    if (placed) DrawDot(svg, point, dots.back(), dots.size(), paint);
  }
}

std::vector<std::string> NumberedWords(const Panel& panel) {
  std::vector<std::string> words;
  for (const auto& note : panel.annotations) {
    if (note.marker) words.push_back(note.text);
  }
  return words;
}

std::vector<std::string> WrapText(const std::string& text, double size, double width) {
  std::vector<std::string> lines;
  std::string line;
  for (const auto word : base::Split(text, ' ')) {
    const std::string longer = line.empty() ? std::string(word) : line + " " + std::string(word);
    if (!line.empty() && TextWidth(longer, size) > width) {
      lines.push_back(std::move(line));
      line = word;
    } else {
      line = longer;
    }
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

}  // namespace batchsizer::record
