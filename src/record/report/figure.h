// What a report shows, as plain values: figures of panels of series, tables, claims,
// sections. Those who know the numbers fill them in; figure_svg.h, figure_csv.h,
// report_page.h and report_folder.h draw and write them. Texts are plain text, not HTML.
//
// Thread safety: plain values.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "record/report/tile.h"

namespace batchsizer::record {

// A value that is not known: lines have a gap there, tables show "–", CSVs nothing.
inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

// What a series is about; gives its colour, dash and marker, the same in every figure.
// kAuto: the next one that the panel does not use yet.
enum class Role {
  kAuto,
  kPower,
  kThroughput,
  kBatchSize,
  kClock,
  kUtilisation,
  kPaper,  // the policies
  kDvfs,
  kPit,
  kPowerLimit,
  kBatchSizer,
  kJoint,
  kFixed,
  kOracle,
  kPublished,  // a value that the paper gives
};
// "batchsizer" -> kBatchSizer; kAuto for names that are no policy's.
[[nodiscard]] Role RoleOfPolicy(const std::string& policy);

enum class Scale { kLinear, kLog2 };

struct Axis {
  std::string label = {};  // "Throughput"
  std::string unit = {};   // "images/s"; may be empty
  Scale scale = Scale::kLinear;
  // Ends of the axis. Empty: from the data, and from 0 where that is linear and near.
  // kLog2 leaves out values that are not above 0.
  std::optional<double> least = {};
  std::optional<double> most = {};
};

enum class SeriesKind {
  kLine,    // (x, y) joined; a marker on each where there are few
  kSteps,   // y[i] holds from x[i] to x[i + 1]: batch sizes, clocks
  kPoints,  // markers alone
  kBars,    // in panels with categories: one bar a category
};

struct Series {
  std::string name = {};
  SeriesKind kind = SeriesKind::kLine;
  std::vector<double> x = {};  // ascending; empty in panels with categories
  std::vector<double> y = {};  // as many as x, or as categories
  // Whiskers: what y moves between. Empty, or as many as y.
  std::vector<double> low = {};
  std::vector<double> high = {};
  bool on_second_axis = false;
  Role role = Role::kAuto;
  bool dashed = false;  // the same role once more, told apart by dashes
};

// A cap, a band's edge, a saturation batch.
struct ReferenceLine {
  enum class Direction { kHorizontal, kVertical };
  std::string name = {};  // "cap"
  Direction direction = Direction::kHorizontal;
  // One value: constant, and x is empty. More: y[i] holds from x[i] on.
  std::vector<double> x = {};
  std::vector<double> y = {};  // of a vertical line: its place on the x axis
  bool on_second_axis = false;
  bool is_cap = true;  // drawn strongly, in the cap's colour; else thin and grey
};

// A shaded area between two lines that both hold from x[i] on (the band under a cap).
// One value each: constant, and x is empty.
struct Band {
  std::string name = {};
  std::vector<double> x = {};
  std::vector<double> low = {};
  std::vector<double> high = {};
};

// A few words at a place in a panel, with a line to it.
struct Annotation {
  double x = 0;
  double y = 0;
  std::string text = {};
  bool marker = true;  // a numbered dot at the place; the words stand where there is room
  bool on_second_axis = false;
};

// Categories that belong together, from left to right: {"ImageNet", 10}.
struct CategoryGroup {
  std::string name = {};
  int count = 0;
};

// One pair of axes with what is in it.
struct Panel {
  std::string title = {};  // "Inception, Caltech256"; may be empty
  Axis x = {};
  Axis y = {};
  std::optional<Axis> second = {};  // on the right, for series that are on it
  std::vector<Series> series = {};
  std::vector<ReferenceLine> references = {};
  std::vector<Band> bands = {};
  std::vector<Annotation> annotations = {};
  // Not empty: bars (and points) over these names instead of an x axis of numbers.
  std::vector<std::string> categories = {};
  std::vector<CategoryGroup> groups = {};  // may be empty
};

struct Figure {
  std::string id = {};      // "fig5": file names and links; letters, digits, '-' and '_'
  std::string number = {};  // "Fig. 5"; may be empty
  std::string title = {};
  std::string caption = {};  // what to see, in a sentence or three
  int columns = 1;           // panels side by side
  double panel_aspect = 0;   // width / height of a panel; 0: what suits columns
  std::vector<Panel> panels = {};
  std::string command = {};  // that makes it
  std::string note = {};     // "emulated"; shown as a badge
};
// The figure's CSV, beside the page: id + ".csv".
[[nodiscard]] std::string CsvName(const Figure& figure);

enum class Emphasis { kNone, kStrong, kGood, kBad, kFaint };

struct TableCell {
  // Text, a number, or nothing ("–").
  std::variant<std::monostate, std::string, double> value = {};
  Emphasis emphasis = Emphasis::kNone;
};

struct TableColumn {
  enum class Align { kLeft, kRight };
  std::string header = {};
  std::string unit = {};  // below the header; may be empty
  Align align = Align::kRight;
  int decimals = 0;            // of numbers; negative: three digits that mean something
  bool signed_number = false;  // "+29"
};

struct Table {
  std::string id = {};      // "table2": links, and the CSV's name; empty: no CSV
  std::string number = {};  // "Table 2"; may be empty
  std::string title = {};
  std::string caption = {};
  std::vector<TableColumn> columns = {};
  std::vector<std::vector<TableCell>> rows = {};  // each as long as columns
  std::string command = {};
  std::string note = {};  // "emulated"
};

enum class Verdict { kHolds, kPartly, kDiffers };

// A sentence of the paper beside what was measured.
struct Claim {
  std::string place = {};     // "section 5, Fig. 5"
  std::string sentence = {};  // the paper's
  std::string measured = {};  // ours, with numbers
  Verdict verdict = Verdict::kHolds;
  std::string why = {};  // needed unless it holds
};

struct Section {
  std::string id = {};  // links; empty: made from the title
  std::string title = {};
  std::vector<std::string> paragraphs = {};
  // Shown in this order: paragraphs, claims, tables, figures.
  std::vector<Claim> claims = {};
  std::vector<Table> tables = {};
  std::vector<Figure> figures = {};
};

// A file beside the page that is the caller's own ("jobs.csv").
struct ReportFile {
  std::string name = {};  // without a folder
  std::string content = {};
  std::string about = {};  // a few words, for the page's list of files
};

struct Report {
  std::string title = {};
  std::string subtitle = {};
  std::vector<std::string> notes = {};  // at the top, boxed: "Emulated. ..."
  std::vector<Tile> tiles = {};
  std::vector<Section> sections = {};
  std::vector<ReportFile> files = {};
  std::string command = {};  // that makes the whole
  std::string made_by = {};  // program, version, seed; no date: the same run, the same bytes
  // Ids of figures and tables that such a report may have: their files of an earlier one
  // are taken out of its folder where this one does not have them.
  std::vector<std::string> possible_ids = {};
};

}  // namespace batchsizer::record
