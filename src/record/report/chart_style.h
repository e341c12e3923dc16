// How the series of a figure look, and in which colours it is drawn. Series are told
// apart by colour, by lightness, and by marker or dash: no reader needs all three.
//
// Thread safety: free functions without state; plain values.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "record/report/figure.h"
#include "record/report/svg_writer.h"

namespace batchsizer::record {

inline constexpr int kSlots = 8;

// Colours as SVG has them, for paper (values) or for the page (its variables).
struct Paint {
  std::string_view ink;
  std::string_view faint;
  std::string_view line;  // frames
  std::string_view grid;
  std::string_view ground;
  std::string_view cap;
  std::string_view band;
  std::array<std::string_view, kSlots> slots;
};
[[nodiscard]] const Paint& PaperPaint();
[[nodiscard]] const Paint& PagePaint();  // var(--ink), var(--s0): web/common/page.css

struct Look {
  int slot = 0;  // gives colour and marker
  bool dashed = false;
  bool hollow = false;  // markers: what others published

  friend bool operator==(const Look&, const Look&) = default;
};

// An entry of a figure's legend.
struct Key {
  enum class Shape { kLine, kSteps, kPoints, kBars, kCap, kGuide, kBand };
  Shape shape = Shape::kLine;
  std::string name = {};
  Look look = {};
  bool marked = false;  // its line has markers
  bool is_series = false;
};

// Up to so many points of a line each have a marker.
inline constexpr std::size_t kFewPoints = 40;
// From so many series in a panel on, lines of many points have a marker now and then.
inline constexpr std::size_t kManySeries = 4;
[[nodiscard]] bool HasMarkerOnEach(const Series& series);

// The looks of a figure's series, by name: the same name looks the same in all panels.
class Legend {
 public:
  explicit Legend(const Figure& figure);
  [[nodiscard]] Look LookOf(const Series& series) const;
  // Index into keys().
  [[nodiscard]] std::size_t KeyOf(const Series& series) const;
  // Every series, line and band once, in the order in which they appear.
  [[nodiscard]] const std::vector<Key>& keys() const { return keys_; }

 private:
  void AddSeries(const Panel& panel, const Series& series);
  void AddOnce(Key key);
  [[nodiscard]] Look NextLook(const Series& series) const;

  std::vector<Key> keys_;
};

// A marker of a slot's own shape, about size across.
void DrawMarker(SvgWriter& svg, double x, double y, const Look& look, const Paint& paint,
                double size = 6);
[[nodiscard]] Stroke StrokeOf(const Look& look, const Paint& paint);
[[nodiscard]] Stroke CapStroke(const Paint& paint);
[[nodiscard]] Stroke GuideStroke(const Paint& paint);

// The sample of a key, 24 wide and 12 high, its left top at the place.
void DrawKey(SvgWriter& svg, double x, double y, const Key& key, const Paint& paint);

}  // namespace batchsizer::record
