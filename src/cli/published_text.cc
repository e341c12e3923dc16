#include "cli/published_text.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

namespace batchsizer::cli {
namespace {

constexpr double kMillion = 1e6;

double ComplexityPerMillionParameters(const flow::ModelSummary& model,
                                      const flow::PublishedNetwork& published) {
  return published.complexity * kMillion / static_cast<double>(model.parameters);
}

// How many times the complexity the multiply-adds of an image are, in millions.
double MacsPerComplexity(const flow::ModelSummary& model, const flow::PublishedNetwork& published) {
  return static_cast<double>(model.macs) / kMillion / published.complexity;
}

// Two sentences.
std::array<std::string, 2> Explanation(const flow::ModelSummary& model,
                                       const flow::PublishedNetwork& published) {
  const double with_head = published.parameters_with_head_m;
  const std::string head =
      with_head > 0 ? fmt::format(" ({:.2f} x with those of the auxiliary head for training)",
                                  published.complexity / with_head)
                    : "";
  return {fmt::format("Table 1's complexity, {:.2f} \"MFLOPs\", is {:.2f} x the parameters in "
                      "millions{}: two operations for each weight, whatever the image's size.",
                      published.complexity, ComplexityPerMillionParameters(model, published), head),
          fmt::format("The multiply-adds that an image really takes are {:.0f} times as many.",
                      MacsPerComplexity(model, published))};
}

std::string SourceOfParameters(const flow::PublishedNetwork& published) {
  std::string source(published.source);
  if (published.parameters_with_head_m > 0) {
    source += fmt::format(", parameters without the auxiliary head ({:.2f} M with it)",
                          published.parameters_with_head_m);
  }
  return source;
}

std::string Row(std::string_view what, double ours, double theirs, std::string_view unit,
                std::string_view where) {
  return fmt::format("    {:<14}{:>10.2f}{:>11.2f} {:<2} {:+6.1f} %  {}\n", what, ours, theirs,
                     unit, 100 * (ours / theirs - 1), where);
}

}  // namespace

std::string PublishedText(const flow::ModelSummary& model,
                          const flow::PublishedNetwork& published) {
  std::string text = fmt::format("  beside what is published of {}:\n    {:<14}{:>10}{:>11}\n",
                                 published.title, "", "ours", "published");
  text += Row("file", static_cast<double>(model.file_bytes) / kMillion, published.frozen_graph_mb,
              "MB", "Table 1, frozen graph");
  text += Row("parameters", static_cast<double>(model.parameters) / kMillion,
              published.parameters_m, "M", SourceOfParameters(published));
  text += Row("multiply-adds", static_cast<double>(model.macs) / kMillion, published.gmacs * 1e3,
              "M", published.source);
  return text + fmt::format("  {}\n", fmt::join(Explanation(model, published), "\n  "));
}

nlohmann::ordered_json PublishedToJson(const flow::ModelSummary& model,
                                       const flow::PublishedNetwork& published) {
  return {{"title", published.title},
          {"frozen_graph_mb", published.frozen_graph_mb},
          {"complexity", published.complexity},
          {"parameters", published.parameters_m * kMillion},
          {"macs", published.gmacs * 1e9},
          {"source", SourceOfParameters(published)},
          {"complexity_per_million_parameters", ComplexityPerMillionParameters(model, published)},
          {"million_macs_per_complexity", MacsPerComplexity(model, published)},
          {"explanation", fmt::format("{}", fmt::join(Explanation(model, published), " "))}};
}

}  // namespace batchsizer::cli
