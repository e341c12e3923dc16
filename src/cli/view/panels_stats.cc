// The numbers of the live view, in columns of equal width.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/view/panels.h"
#include "cli/view/words.h"

namespace batchsizer::cli::view {
namespace {

struct Number {
  std::string name;
  std::string value;
  Style style = Style::kStrong;
  int slots = 1;
};

std::string EnergyText(const Model& model) {
  if (!model.last || model.last->images <= 0 || model.last->energy.value() <= 0) return "-";
  return fmt::format("{:.3g}",
                     model.last->energy.value() / static_cast<double>(model.last->images));
}

Number AboveCap(const Model& model, const record::Summary& summary) {
  if (model.windows_above_cap == 0) {
    return {"above cap", fmt::format("none of {} windows", Grouped(summary.windows)),
            Style::kStrong, 2};
  }
  return {"above cap",
          fmt::format("{} window{}, {:.3g} s, {}", Grouped(model.windows_above_cap),
                      model.windows_above_cap == 1 ? "" : "s", summary.time_above_cap_s,
                      ShareText(summary.time_above_cap_s, summary.time_s)),
          Style::kExcess, 2};
}

std::vector<Number> NumbersOf(const Model& model, const Rows& rows) {
  std::vector<Number> numbers;
  const record::Summary summary = model.sums.Build();
  if (rows.batch == 0 && model.last) {
    numbers.push_back({"batch", Grouped(model.last->setting.batch_size.value())});
  }
  if (rows.speed == 0 && model.last) {
    numbers.push_back({"images/s", RateText(model.last->throughput.value())});
  }
  numbers.push_back(AboveCap(model, summary));
  const PipelineStatus& pipeline = model.pipeline;
  numbers.push_back({"input wait", ShareText(pipeline.input_wait_s, pipeline.elapsed_s)});
  numbers.push_back({"failed", Grouped(model.failed_images),
                     model.failed_images > 0 ? Style::kWarning : Style::kStrong});
  numbers.push_back({"J/image", EnergyText(model)});
  const auto clock = model.last ? model.last->setting.clock : std::nullopt;
  numbers.push_back({"clock", clock ? fmt::format("{:.0f} MHz", clock->value()) : "not set"});
  numbers.push_back({"mean", RateText(summary.throughput_ips) + "/s"});
  numbers.push_back({"changes", Grouped(summary.changes)});
  return numbers;
}

}  // namespace

void PutStats(Grid& grid, int row, const Rows& rows, const Model& model) {
  constexpr int kMargin = 1;
  constexpr int kLeastSlot = 19;
  const int slots = std::clamp((grid.width() - kMargin) / kLeastSlot, 1, 6);
  const int width = std::min(30, (grid.width() - kMargin) / slots);
  int slot = 0;
  const int end = row + rows.stats;
  for (const Number& number : NumbersOf(model, rows)) {
    if (slot > 0 && slot + number.slots > slots) {
      slot = 0;
      ++row;
    }
    if (row >= end) return;
    const int column = kMargin + slot * width;
    const int past = grid.Put(row, column, number.name + " ", Style::kFaint);
    grid.Put(row, past, number.value, number.style, column + number.slots * width - 1);
    slot += number.slots;
  }
}

}  // namespace batchsizer::cli::view
