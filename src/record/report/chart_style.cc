#include "record/report/chart_style.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "base/check.h"

namespace batchsizer::record {
namespace {

Key::Shape ShapeOf(SeriesKind kind) {
  switch (kind) {
    case SeriesKind::kSteps:
      return Key::Shape::kSteps;
    case SeriesKind::kPoints:
      return Key::Shape::kPoints;
    case SeriesKind::kBars:
      return Key::Shape::kBars;
    case SeriesKind::kLine:
      break;
  }
  return Key::Shape::kLine;
}

// Series of one look in a figure stand for one thing; kAuto: -1.
int SlotOf(Role role) {
  switch (role) {
    case Role::kPower:
    case Role::kPaper:
      return 0;
    case Role::kClock:
    case Role::kDvfs:
      return 1;
    case Role::kThroughput:
    case Role::kBatchSizer:
      return 2;
    case Role::kBatchSize:
    case Role::kJoint:
      return 3;
    case Role::kPit:
      return 4;
    case Role::kUtilisation:
    case Role::kPowerLimit:
      return 5;
    case Role::kOracle:
    case Role::kPublished:
      return 6;
    case Role::kFixed:
      return 7;
    case Role::kAuto:
      break;
  }
  return -1;
}

using Offsets = std::initializer_list<std::pair<double, double>>;

std::string Polygon(double x, double y, double size, Offsets corners) {
  std::string d;
  for (const auto& [dx, dy] : corners) {
    d += fmt::format("{}{} {}", d.empty() ? "M" : "L", Coordinate(x + dx * size),
                     Coordinate(y + dy * size));
  }
  return d + "Z";
}

// Of the slots' shapes, those with corners; "" for circles.
std::string MarkerPath(int slot, double x, double y, double size) {
  switch (slot) {
    case 1:  // square
      return Polygon(x, y, size, {{-.45, -.45}, {.45, -.45}, {.45, .45}, {-.45, .45}});
    case 2:  // triangle
      return Polygon(x, y, size, {{0, -.6}, {.58, .45}, {-.58, .45}});
    case 3:  // diamond
      return Polygon(x, y, size, {{0, -.65}, {.65, 0}, {0, .65}, {-.65, 0}});
    case 4:  // triangle, upside down
      return Polygon(x, y, size, {{0, .6}, {.58, -.45}, {-.58, -.45}});
    case 5:  // upright bar
      return Polygon(x, y, size, {{-.25, -.7}, {.25, -.7}, {.25, .7}, {-.25, .7}});
    case 7:  // lying bar
      return Polygon(x, y, size, {{-.7, -.25}, {.7, -.25}, {.7, .25}, {-.7, .25}});
    default:
      return "";
  }
}

}  // namespace

// The slots' colours differ in hue and lightness, also for eyes that miss one kind of
// cone: each two at least 11 apart in CIELAB as such an eye sees them.
const Paint& PaperPaint() {
  static constexpr Paint kPaint{
      "#1b1f24",
      "#59636e",
      "#b4bbc3",
      "#e4e7ea",
      "#ffffff",
      "#c2410c",
      "#c2410c",
      {"#0b73b8", "#d98c00", "#12805a", "#4b1f94", "#6cc3f0", "#c2407f", "#33393f", "#a4abb3"}};
  return kPaint;
}

const Paint& PagePaint() {
  static constexpr Paint kPaint{"var(--ink)",
                                "var(--faint)",
                                "var(--frame)",
                                "var(--grid)",
                                "var(--page)",
                                "var(--cap)",
                                "var(--cap)",
                                {"var(--s0)", "var(--s1)", "var(--s2)", "var(--s3)", "var(--s4)",
                                 "var(--s5)", "var(--s6)", "var(--s7)"}};
  return kPaint;
}

bool HasMarkerOnEach(const Series& series) {
  if (series.kind == SeriesKind::kPoints) return true;
  return series.kind == SeriesKind::kLine && series.y.size() <= kFewPoints;
}

Legend::Legend(const Figure& figure) {
  for (const auto& panel : figure.panels) {
    for (const auto& series : panel.series) AddSeries(panel, series);
  }
  for (const auto& panel : figure.panels) {
    for (const auto& line : panel.references) {
      AddOnce({.shape = line.is_cap ? Key::Shape::kCap : Key::Shape::kGuide, .name = line.name});
    }
    for (const auto& band : panel.bands) AddOnce({.shape = Key::Shape::kBand, .name = band.name});
  }
}

void Legend::AddSeries(const Panel& panel, const Series& series) {
  const bool marked = HasMarkerOnEach(series) || panel.series.size() >= kManySeries;
  AddOnce({ShapeOf(series.kind), series.name, NextLook(series), marked, true});
  keys_[KeyOf(series)].marked |= marked;
}

void Legend::AddOnce(Key key) {
  const bool known = std::any_of(keys_.begin(), keys_.end(), [&](const Key& other) {
    return other.shape == key.shape && other.name == key.name;
  });
  if (!known) keys_.push_back(std::move(key));
}

Look Legend::NextLook(const Series& series) const {
  const bool hollow = series.role == Role::kPublished;
  const int slot = SlotOf(series.role);
  if (slot >= 0) return {slot, series.dashed, hollow};
  for (const int free : {0, 1, 2, 3, 5, 4, 6, 7}) {
    const bool taken = std::any_of(keys_.begin(), keys_.end(),
                                   [&](const Key& key) { return key.look.slot == free; });
    if (!taken) return {free, series.dashed, hollow};
  }
  // More series than colours: once more, with dashes.
  return {static_cast<int>(keys_.size()) % kSlots, true, hollow};
}

std::size_t Legend::KeyOf(const Series& series) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) {
    return key.shape == ShapeOf(series.kind) && key.name == series.name;
  });
  BATCHSIZER_CHECK(found != keys_.end());
  return static_cast<std::size_t>(found - keys_.begin());
}

Look Legend::LookOf(const Series& series) const { return keys_[KeyOf(series)].look; }

void DrawMarker(SvgWriter& svg, double x, double y, const Look& look, const Paint& paint,
                double size) {
  const auto colour = paint.slots[static_cast<std::size_t>(look.slot)];
  if (look.hollow) {
    svg.Area(MarkerPath(3, x, y, size * 1.3), paint.ground, 1);
    svg.Path(MarkerPath(3, x, y, size * 1.3), {colour, 1.5});
    return;
  }
  const std::string path = MarkerPath(look.slot, x, y, size);
  if (path.empty()) {
    const bool ring = look.slot == 6;
    svg.Circle(x, y, size * 0.45, ring ? paint.ground : colour, {colour, ring ? 1.5 : 1});
  } else {
    svg.Area(path, colour, 1);
  }
}

Stroke StrokeOf(const Look& look, const Paint& paint) {
  return {paint.slots[static_cast<std::size_t>(look.slot)], 1.7, look.dashed ? "5 3" : ""};
}

Stroke CapStroke(const Paint& paint) { return {paint.cap, 1.8, "8 4"}; }

Stroke GuideStroke(const Paint& paint) { return {paint.faint, 1.2, "2 3"}; }

void DrawKey(SvgWriter& svg, double x, double y, const Key& key, const Paint& paint) {
  constexpr double kWidth = 24;
  const double middle = y + 6;
  const auto colour = paint.slots[static_cast<std::size_t>(key.look.slot)];
  switch (key.shape) {
    case Key::Shape::kLine:
    case Key::Shape::kSteps:
      svg.Line(x, middle, x + kWidth, middle, StrokeOf(key.look, paint));
      if (key.marked) DrawMarker(svg, x + kWidth / 2, middle, key.look, paint);
      break;
    case Key::Shape::kPoints:
      DrawMarker(svg, x + kWidth / 2, middle, key.look, paint, 8);
      break;
    case Key::Shape::kBars:
      svg.Rectangle({x + 6, y, x + 18, y + 12}, colour);
      break;
    case Key::Shape::kCap:
      svg.Line(x, middle, x + kWidth, middle, CapStroke(paint));
      break;
    case Key::Shape::kGuide:
      svg.Line(x, middle, x + kWidth, middle, GuideStroke(paint));
      break;
    case Key::Shape::kBand:
      svg.Rectangle({x, y, x + kWidth, y + 12}, paint.band, 0.14);
      break;
  }
}

}  // namespace batchsizer::record
