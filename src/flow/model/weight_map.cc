#include "flow/model/weight_map.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <utility>

namespace batchsizer::flow {
namespace {

// Keeps the first thing that was wrong, so that the readers below read as what a map may
// hold.
class MapReader {
 public:
  explicit MapReader(std::string_view file) : file_(file) {}

  Result<WeightMap> Read(const toml::table& root) {
    WeightMap map{.file = std::string(file_), .weights = {}, .epsilon = {}};
    Allow(root, "the map", {"epsilon", "weights"});
    if (const auto* epsilon = root.get("epsilon")) map.epsilon = Epsilon(*epsilon);
    const auto* weights = root.get_as<toml::table>("weights");
    if (weights == nullptr) Fail(root, "the map has no table [weights]");
    if (weights != nullptr) {
      for (const auto& [name, node] : *weights) {
        map.weights.emplace(std::string(name.str()), Source(name.str(), node));
      }
    }
    if (error_) return tl::unexpected(*error_);
    return map;
  }

 private:
  void Fail(const toml::node& at, std::string_view what) {
    if (error_) return;
    const auto line = at.source().begin.line;
    error_ = Error{ErrorCode::kInvalidInput, fmt::format("{}:{}: {}", file_, line, what)};
  }

  void Allow(const toml::table& table, std::string_view what,
             std::initializer_list<std::string_view> keys) {
    for (const auto& [key, node] : table) {
      if (std::find(keys.begin(), keys.end(), key.str()) != keys.end()) continue;
      Fail(node,
           fmt::format("{} knows no '{}'; it may have {}", what, key.str(), fmt::join(keys, ", ")));
    }
  }

  std::string Text(const toml::table& table, std::string_view key) {
    const auto* node = table.get(key);
    if (node == nullptr) return {};
    const auto text = node->is_string() ? node->value<std::string>() : std::nullopt;
    if (!text || text->empty()) Fail(*node, fmt::format("{} must be a name in quotes", key));
    return text.value_or("");
  }

  double Epsilon(const toml::node& node) {
    const auto value = node.is_number() ? node.value<double>() : std::nullopt;
    if (!value || !std::isfinite(*value) || *value < 0) {
      Fail(node, "epsilon must be 0 or a number above, such as 0.001");
    }
    return value.value_or(0);
  }

  WeightSource Source(std::string_view weight, const toml::node& node) {
    if (const auto* from = node.as_string(); from != nullptr && !from->get().empty()) {
      return {.from = from->get()};
    }
    const auto* table = node.as_table();
    if (table == nullptr) {
      Fail(node,
           fmt::format("'{}' must be a tensor's name in quotes, or {{ from = \"NAME\" }}", weight));
      return {};
    }
    Allow(*table, fmt::format("'{}'", weight), {"from", "layout", "batch_norm", "fill", "keep"});
    WeightSource source{.from = Text(*table, "from")};
    source.keep = (*table)["keep"].value_or(false);
    if (const auto fill = (*table)["fill"].value<double>()) {
      const auto number = static_cast<float>(*fill);
      if (std::isfinite(number)) source.fill = number;
    }
    if ((source.from.empty() ? 0 : 1) + (source.fill ? 1 : 0) + (source.keep ? 1 : 0) != 1) {
      Fail(node,
           fmt::format("'{}' needs one of from = \"NAME\", fill = NUMBER and keep = true", weight));
    }
    source.layout = Layout(*table);
    if (const auto* norm = table->get("batch_norm")) source.batch_norm = Norm(weight, *norm);
    return source;
  }

  WeightLayout Layout(const toml::table& table) {
    const std::string layout = Text(table, "layout");
    if (layout.empty()) return WeightLayout::kAuto;
    const auto known = ParseWeightLayout(layout);
    if (!known) {
      Fail(*table.get("layout"),
           fmt::format("'{}' is no layout; there are {}", layout, WeightLayoutNames()));
    }
    return known.value_or(WeightLayout::kAuto);
  }

  BatchNormSource Norm(std::string_view weight, const toml::node& node) {
    if (const auto* scope = node.as_string(); scope != nullptr && !scope->get().empty()) {
      return {.scope = scope->get()};
    }
    const auto* table = node.as_table();
    if (table == nullptr) {
      Fail(node, fmt::format("the batch_norm of '{}' must be the common beginning of its tensors' "
                             "names, in quotes, or {{ gamma = .., beta = .., mean = .., "
                             "variance = .. }}",
                             weight));
      return {};
    }
    Allow(*table, fmt::format("the batch_norm of '{}'", weight),
          {"gamma", "beta", "mean", "variance", "epsilon"});
    BatchNormSource norm{.gamma = Text(*table, "gamma"),
                         .beta = Text(*table, "beta"),
                         .mean = Text(*table, "mean"),
                         .variance = Text(*table, "variance")};
    if (const auto* epsilon = table->get("epsilon")) norm.epsilon = Epsilon(*epsilon);
    if (norm.mean.empty() || norm.variance.empty()) {
      Fail(node, fmt::format("the batch_norm of '{}' needs mean and variance", weight));
    }
    return norm;
  }

  std::string_view file_;
  std::optional<Error> error_;
};

}  // namespace

Result<WeightMap> ParseWeightMap(std::string_view text, std::string_view file) {
  try {
    return MapReader(file).Read(toml::parse(text, file));
  } catch (const toml::parse_error& error) {
    return MakeError(
        ErrorCode::kInvalidInput,
        fmt::format("{}:{}: not TOML: {}", file, error.source().begin.line, error.description()));
  }
}

}  // namespace batchsizer::flow
