// batchsizer inspect: what a model costs, and what to expect of it on each
// known device.
#include <fmt/format.h>

#include <cerrno>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/output_file.h"
#include "cli/commands.h"
#include "cli/emulation.h"
#include "cli/json_output.h"
#include "cli/model_option.h"
#include "cli/output_paths.h"
#include "cli/published_text.h"
#include "cli/terminal.h"
#include "flow/model/published.h"
#include "flow/model/summarise.h"
#include "flow/model/zoo.h"
#include "sim/curve.h"
#include "sim/device/device_plant.h"
#include "sim/device/known_devices.h"
#include "sim/device/make_curve.h"

namespace batchsizer::cli {
namespace {

using nlohmann::ordered_json;

struct InspectTexts {
  std::string model;
  std::optional<int> image_size;
  std::string device;
  std::string curve;
};

const char* NameOf(ElementType type) {
  switch (type) {
    case ElementType::kFloat32:
      return "float32";
    case ElementType::kFloat16:
      return "float16";
    case ElementType::kUint8:
      break;
  }
  return "uint8";
}

ordered_json InputToJson(const flow::ModelSummary& model) {
  const InputSpec& input = model.input;
  const bool nchw = input.layout == ImageLayout::kNchw;
  ordered_json row{{"name", input.name},
                   {"type", NameOf(input.type)},
                   {"layout", nchw ? "NCHW" : "NHWC"},
                   {"channels", input.channels},
                   {"height", input.height},
                   {"width", input.width},
                   {"dynamic_image_size", model.dynamic_image_size}};
  row["batch"] = model.fixed_batch_size ? ordered_json(model.fixed_batch_size->value())
                                        : ordered_json("dynamic");
  return row;
}

ordered_json ModelToJson(const flow::ModelSummary& model) {
  return {{"file", model.path},
          {"file_bytes", model.file_bytes},
          {"producer", model.producer},
          {"generated_weights", model.generated_weights},
          {"opset", model.opset},
          {"parameters", model.parameters},
          {"macs", model.macs},
          {"activation_bytes", model.activation_bytes},
          {"layers", model.layers.size()},
          {"unknown_layers", model.unknown_layers},
          {"classes", model.classes},
          {"input", InputToJson(model)}};
}

Result<std::vector<CurvePoint>> ExpectedCurve(const std::string& device,
                                              const flow::ModelSummary& model) {
  const auto description = sim::LoadKnownDevice(device);
  if (!description) return Annotate("--device", description.error());
  auto plant = sim::CreateDevicePlant(*description, model);
  if (!plant) return tl::unexpected(plant.error());
  const auto& info = (*plant)->Info();
  const auto sizes = sim::DefaultBatchSizes(info.smallest, std::min(info.largest, BatchSize(256)));
  return sim::MakeCurve(**plant, sizes, sim::PeakKind::kTrue);
}

ordered_json CurveToJson(const std::vector<CurvePoint>& points) {
  ordered_json rows = ordered_json::array();
  for (const auto& point : points) {
    rows.push_back({{"batch", point.batch_size.value()},
                    {"clock_mhz", point.clock.value()},
                    {"throughput_ips", point.throughput.value()},
                    {"power_w", point.power.value()}});
  }
  return rows;
}

void PrintModel(const flow::ModelSummary& model) {
  const InputSpec& input = model.input;
  Print(
      "{}\n  {:.2f} M parameters, {:.3f} GMACs and {:.1f} MB of activations per image, "
      "{:.1f} MB file, opset {}\n",
      model.path, static_cast<double>(model.parameters) / 1e6,
      static_cast<double>(model.macs) / 1e9, static_cast<double>(model.activation_bytes) / 1e6,
      static_cast<double>(model.file_bytes) / 1e6, model.opset);
  Print("  input '{}': {} {} {}x{}x{}, batch {}; {} classes; {} layers\n", input.name,
        NameOf(input.type), input.layout == ImageLayout::kNchw ? "NCHW" : "NHWC", input.channels,
        input.height, input.width,
        model.fixed_batch_size ? std::to_string(model.fixed_batch_size->value()) : "dynamic",
        model.classes, model.layers.size());
  if (model.generated_weights) Print("  weights are generated: predictions mean nothing\n");
  if (model.unknown_layers > 0) {
    Print("  {} layers have sizes that cannot be inferred and count as 0\n", model.unknown_layers);
  }
}

// The highest clock's column: what batch-only policies see.
void PrintCurve(std::string_view device, const std::vector<CurvePoint>& points) {
  const Megahertz highest = points.back().clock;
  Print("  expected on {} (emulated) at {:.0f} MHz:\n    {:>6} {:>12} {:>9}\n", device,
        highest.value(), "batch", "images/s", "peak W");
  for (const auto& point : points) {
    if (point.clock != highest) continue;
    Print("    {:>6} {:>12.1f} {:>9.1f}\n", point.batch_size.value(), point.throughput.value(),
          point.power.value());
  }
}

// What one known device would do with the model, or why nothing can be said.
struct Expectation {
  std::string device;
  Result<std::vector<CurvePoint>> curve;
};

void PrintExpectation(const Expectation& expected) {
  if (expected.curve) return PrintCurve(expected.device, *expected.curve);
  Print("  nothing can be expected of {}: {}\n", expected.device, expected.curve.error().message);
}

Status WriteCurve(const std::string& path, const std::vector<CurvePoint>& points,
                  std::string_view device, std::string_view model) {
  const auto text =
      sim::Curve::FromGrid(points).ToCsv(fmt::format("emulated {}, {}", device, model));
  auto file = base::CreateOutputFile(path);
  if (!file) return tl::unexpected(file.error());
  errno = 0;
  const bool written = std::fwrite(text.data(), 1, text.size(), file->get()) == text.size();
  if (written && std::fflush(file->get()) == 0) return {};
  return base::CannotWrite(path, errno);
}

void PrintReport(const flow::ModelSummary& model, const std::vector<Expectation>& expected) {
  ordered_json report = ModelToJson(model);
  if (const auto* published = flow::FindPublished(model.zoo_name)) {
    report["zoo"] = model.zoo_name;
    report["published"] = PublishedToJson(model, *published);
  }
  for (const auto& [device, curve] : expected) {
    if (curve) {
      report["expected"][device] = CurveToJson(*curve);
    } else {
      report["not_expected"][device] = curve.error().message;
    }
  }
  PrintJson(report);
}

// A network of the zoo needs no file: its shapes say all.
Result<flow::ModelSummary> Summarise(const InspectTexts& texts) {
  const flow::SummaryOptions options{.image_size = texts.image_size};
  if (const auto name = ZooName(texts.model)) return flow::SummariseZooModel(*name, options);
  return flow::SummariseFile(texts.model, options);
}

std::vector<Expectation> Expect(const InspectTexts& texts, const flow::ModelSummary& model) {
  std::vector<Expectation> expected;
  if (!texts.device.empty()) {
    const std::string device = WithoutEmulated(texts.device);
    expected.push_back({device, ExpectedCurve(device, model)});
    return expected;
  }
  for (const auto device : sim::KnownDevices()) {
    expected.push_back({std::string(device), ExpectedCurve(std::string(device), model)});
  }
  return expected;
}

int Inspect(const InspectTexts& texts, const GlobalOptions& global) {
  if (auto ok = CheckOutputs({{"--curve", texts.curve}}, {{"the model", texts.model}}); !ok) {
    return Fail(ok.error());
  }
  const auto model = Summarise(texts);
  if (!model) return Fail(model.error());
  // All is worked out before anything is printed: bad input leaves stdout empty.
  const auto expected = Expect(texts, *model);
  // A device that was asked for must be able to; of the others it is only said.
  if (!texts.device.empty() && !expected.front().curve) return Fail(expected.front().curve.error());
  if (!texts.curve.empty()) {
    const auto& [device, curve] = expected.front();
    if (auto ok = WriteCurve(texts.curve, *curve, device, texts.model); !ok) {
      return Fail("--curve", ok.error());
    }
  }
  if (global.json) {
    PrintReport(*model, expected);
    return kDone;
  }
  PrintModel(*model);
  if (const auto* published = flow::FindPublished(model->zoo_name)) {
    Print("{}", PublishedText(*model, *published));
  }
  for (const auto& expectation : expected) PrintExpectation(expectation);
  return kDone;
}

}  // namespace

void AddInspect(CLI::App& app, const GlobalOptions& global, int& exit_code) {
  auto texts = std::make_shared<InspectTexts>();
  auto* command = app.add_subcommand("inspect", "What a model costs, and what to expect of it");
  command->footer(
      "Examples:\n"
      "  batchsizer inspect model.onnx --json\n"
      "  batchsizer inspect zoo:resnet-v2-50            beside the paper's Table 1");
  Hint(command->add_option("model", texts->model, "An .onnx file, or zoo:NAME"), ModelHint())
      ->required();
  command->add_option("--image-size", texts->image_size,
                      "Height and width, for a model that leaves them open");
  const auto known = sim::KnownDevices();
  auto* device =
      HintWords(command->add_option("--device", texts->device, "Only this known device, say p40"),
                {known.begin(), known.end()});
  HintFile(command->add_option("--curve", texts->curve,
                               "Write the device's expected curve as a file for simulate"))
      ->needs(device);
  command->callback([texts, &global, &exit_code] { exit_code = Inspect(*texts, global); });
}

}  // namespace batchsizer::cli
