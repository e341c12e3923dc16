#include "cli/run_identity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "base/hash.h"

namespace batchsizer::cli {
namespace {

std::string InputOf(const InputSpec& input) {
  const char* type = input.type == ElementType::kFloat32   ? "float32"
                     : input.type == ElementType::kFloat16 ? "float16"
                                                           : "uint8";
  return fmt::format("{} {} {}x{}x{}", type, input.layout == ImageLayout::kNchw ? "NCHW" : "NHWC",
                     input.channels, input.height, input.width);
}

std::string PreprocessOf(const flow::PreprocessOptions& options) {
  return fmt::format("scale {}, bias {}, crop {}", fmt::join(options.normalisation.scale, " "),
                     fmt::join(options.normalisation.bias, " "), options.crop_fraction);
}

// The folder, list or archive, however its path is written, but as it is named: the results have
// the names of images below it, and a link to it is another name.
std::string ImagesOf(const std::string& images) {
  if (images == "-") return "standard input";
  std::error_code none;
  auto path = std::filesystem::absolute(images, none).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return path.string();
}

}  // namespace

Result<flow::ResultFileOptions> ResultFileOf(const RunTexts& texts, const std::string& model_path,
                                             const EngineInfo& engine,
                                             const flow::PreprocessOptions& preprocess) {
  const auto format = flow::ChooseResultFormat(texts.output_format, texts.output);
  if (!format) {
    return Annotate(texts.output_format.empty() ? "--output" : "--output-format", format.error());
  }
  const auto model = base::HashOfFile(model_path);
  if (!model) return Annotate("--model", model.error());
  flow::ResultFileOptions file{.path = texts.output, .format = *format, .top = texts.top};
  // Every record of a CSV file has as many cells: no more than the model can fill.
  if (*format == flow::ResultFormat::kCsv) file.top = std::min(texts.top, engine.classes);
  std::error_code none;
  file.identity.folder = std::filesystem::current_path(none).string();
  file.identity.names_are_absolute = texts.images.starts_with('/');
  file.identity.fields = {{"model", base::ToHex(*model), texts.model},
                          {"outputs", texts.no_outputs ? "none" : "computed", ""},
                          {"input", InputOf(engine.input), ""},
                          {"preprocessing", PreprocessOf(preprocess), texts.preprocess.preset},
                          {"images", ImagesOf(texts.images), ""},
                          {"top", std::to_string(texts.top), ""},
                          {"output format", std::string(flow::ToString(*format)), ""}};
  return file;
}

}  // namespace batchsizer::cli
