#include "flow/model/import_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace batchsizer::flow {
namespace {

constexpr std::size_t kMostNames = 10;

// How the tensors of a batch norm are called behind its scope.
struct NormWords {
  std::string_view gamma;
  std::string_view beta;
  std::string_view mean;
  std::string_view variance;
};
constexpr std::array<NormWords, 2> kNormWords = {
    {{"/gamma", "/beta", "/moving_mean", "/moving_variance"},
     {".weight", ".bias", ".running_mean", ".running_var"}}};

bool Has(const SafetensorsFile& file, const std::string& name) {
  return file.Find(name) != nullptr;
}

// Whether the file has anything of the batch norm: then it must have all.
bool HasAnyOf(const SafetensorsFile& file, const std::string& scope) {
  const NormWords& slim = kNormWords[0];
  return Has(file, fmt::format("{}{}", scope, slim.mean)) ||
         Has(file, fmt::format("{}{}", scope, slim.variance)) ||
         Has(file, fmt::format("{}{}", scope, slim.beta)) ||
         Has(file, fmt::format("{}{}", scope, slim.gamma));
}

// A layer's batch norm of which the file has all but gamma, which TF-slim leaves out
// where it is 1 throughout.
bool OnlyGammaIsMissing(const SafetensorsFile& file, const NetworkWeight& weight) {
  const std::string_view gamma = kNormWords[0].gamma;
  if (!weight.is_gamma || !weight.name.ends_with(gamma)) return false;
  const std::string scope = weight.name.substr(0, weight.name.size() - gamma.size());
  return Has(file, fmt::format("{}{}", scope, kNormWords[0].mean)) &&
         Has(file, fmt::format("{}{}", scope, kNormWords[0].variance));
}

// Without a map: what has the name of a weight fills it.
WeightMap MapByNames(const std::vector<NetworkWeight>& weights, const SafetensorsFile& file) {
  WeightMap map;
  for (const NetworkWeight& weight : weights) {
    WeightSource source;
    if (Has(file, weight.name)) {
      source.from = weight.name;
    } else if (OnlyGammaIsMissing(file, weight)) {
      source.fill = 1.0F;
    } else {
      continue;
    }
    if (!weight.batch_norm.empty() && HasAnyOf(file, weight.batch_norm)) {
      source.batch_norm = BatchNormSource{.scope = weight.batch_norm};
    }
    map.weights.emplace(weight.name, std::move(source));
  }
  return map;
}

std::string DidYouMean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const auto nearest = base::Nearest(word, candidates);
  return nearest ? fmt::format(" (did you mean '{}'?)", *nearest) : "";
}

class Planner {
 public:
  Planner(const std::vector<NetworkWeight>& weights, const SafetensorsFile& file,
          const WeightMap& map, std::optional<double> epsilon)
      : weights_(weights), file_(file), map_(map), epsilon_(map.epsilon ? map.epsilon : epsilon) {}

  Result<ImportPlan> Plan() {
    if (auto known = CheckNames(); !known) return tl::unexpected(known.error());
    if (auto noted = NoteFolded(); !noted) return tl::unexpected(noted.error());
    for (const NetworkWeight& weight : weights_) {
      if (auto added = Add(weight); !added) return tl::unexpected(added.error());
    }
    if (!missing_.empty()) return Missing();
    std::stable_partition(plan_.weights.begin(), plan_.weights.end(),
                          [](const PlannedWeight& planned) { return planned.norm.has_value(); });
    for (const auto& [name, tensor] : file_.tensors()) {
      if (!used_.contains(name)) plan_.unused.push_back(name);
    }
    return std::move(plan_);
  }

 private:
  tl::unexpected<Error> Bad(std::string_view what) const {
    const std::string place = map_.file.empty() ? file_.path() : map_.file;
    return MakeError(ErrorCode::kInvalidInput, fmt::format("{}: {}", place, what));
  }

  [[nodiscard]] Status CheckNames() const {
    std::vector<std::string_view> names;
    for (const NetworkWeight& weight : weights_) names.push_back(weight.name);
    for (const auto& [name, source] : map_.weights) {
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      return Bad(fmt::format("the network has no weight '{}'{}", name, DidYouMean(name, names)));
    }
    return {};
  }

  // Notes that the tensor is used; an error when the file has none of that name.
  Status Use(const std::string& name, const NetworkWeight& weight) {
    used_.insert(name);
    if (Has(file_, name)) return {};
    std::vector<std::string_view> names;
    for (const auto& tensor : file_.tensors()) names.push_back(tensor.first);
    return Bad(fmt::format("'{}' is to be filled from '{}', which {} has not{}", weight.name, name,
                           file_.path(), DidYouMean(name, names)));
  }

  // A file may say anything of them; what is folded in has one number an output.
  [[nodiscard]] Status CheckBiases(const NetworkWeight& filters) const {
    const auto biases =
        std::find_if(weights_.begin(), weights_.end(),
                     [&](const NetworkWeight& weight) { return weight.name == filters.biases; });
    const std::vector<std::int64_t> needed{filters.form.dims[0]};
    if (biases != weights_.end() && biases->form.dims == needed) return {};
    return Bad(
        fmt::format("no batch norm can be folded into '{}': its biases '{}' must be {}, one "
                    "value an output",
                    filters.name, filters.biases, ShapeText(needed)));
  }

  // Which biases a batch norm goes into.
  Status NoteFolded() {
    for (const NetworkWeight& weight : weights_) {
      const auto found = map_.weights.find(weight.name);
      if (found == map_.weights.end() || !found->second.batch_norm) continue;
      if (weight.form.kind != WeightForm::Kind::kFilters || weight.biases.empty()) {
        return Bad(
            fmt::format("no batch norm can be folded into '{}': only into the filters of a "
                        "convolution with biases of its own",
                        weight.name));
      }
      if (auto fits = CheckBiases(weight); !fits) return fits;
      if (folded_.insert(weight.biases).second) continue;
      return Bad(fmt::format("two batch norms would be folded into '{}'", weight.biases));
    }
    return {};
  }

  Status Add(const NetworkWeight& weight) {
    const auto found = map_.weights.find(weight.name);
    if (found == map_.weights.end()) {
      if (!weight.needed) return {};
      if (!folded_.contains(weight.name)) {
        missing_.push_back(weight.name);
        return {};
      }
      plan_.weights.push_back({.weight = weight});  // biases: 0, then the batch norm's
      return {};
    }
    const WeightSource& source = found->second;
    if (source.keep && folded_.contains(weight.name)) {
      return Bad(fmt::format("'{}' cannot be kept: a batch norm is folded into it", weight.name));
    }
    if (source.keep) return {};
    PlannedWeight planned{.weight = weight, .from = source.from, .layout = source.layout};
    planned.fill = source.fill.value_or(0.0F);
    if (!source.from.empty()) {
      if (auto used = Use(source.from, weight); !used) return used;
    }
    if (source.batch_norm) {
      if (auto norm = AddNorm(*source.batch_norm, planned); !norm) return norm;
    }
    plan_.weights.push_back(std::move(planned));
    return {};
  }

  Status AddNorm(const BatchNormSource& source, PlannedWeight& planned) {
    const NetworkWeight& weight = planned.weight;
    const auto epsilon = source.epsilon ? source.epsilon : epsilon_;
    if (!epsilon) {
      return Bad(
          "the epsilon of the batch norms is not known; the map must say it, such as "
          "epsilon = 0.001 (TF-slim) or 1e-5 (PyTorch)");
    }
    PlannedNorm norm{source.gamma, source.beta, source.mean, source.variance, *epsilon};
    if (!source.scope.empty()) {
      NameByScope(source.scope, norm);
    } else {
      for (const auto& name : {norm.gamma, norm.beta, norm.mean, norm.variance}) {
        if (name.empty()) continue;
        if (auto used = Use(name, weight); !used) return used;
      }
    }
    planned.norm = std::move(norm);
    return {};
  }

  void NameByScope(const std::string& scope, PlannedNorm& norm) {
    const auto whole = [&](std::string_view word) { return fmt::format("{}{}", scope, word); };
    const bool torch = !HasAnyOf(file_, scope) && Has(file_, whole(kNormWords[1].mean));
    const NormWords& words = kNormWords[torch ? 1 : 0];
    norm.gamma = whole(words.gamma);
    norm.beta = whole(words.beta);
    norm.mean = whole(words.mean);
    norm.variance = whole(words.variance);
    if (!Has(file_, norm.gamma)) norm.gamma.clear();
    for (const auto& name : {norm.beta, norm.mean, norm.variance}) {
      if (!Has(file_, name)) missing_.push_back(name);
    }
    for (const auto& name : {norm.gamma, norm.beta, norm.mean, norm.variance}) used_.insert(name);
  }

  [[nodiscard]] tl::unexpected<Error> Missing() const {
    return Bad(
        fmt::format("{} of what the network needs {} missing: {}; `batchsizer zoo weights` "
                    "writes a map that says which tensor fills which weight (--map)",
                    missing_.size(), missing_.size() == 1 ? "is" : "are", FirstFew(missing_)));
  }

  const std::vector<NetworkWeight>& weights_;
  const SafetensorsFile& file_;
  const WeightMap& map_;
  std::optional<double> epsilon_;
  ImportPlan plan_;
  std::set<std::string, std::less<>> used_;    // tensors
  std::set<std::string, std::less<>> folded_;  // biases that a batch norm goes into
  std::vector<std::string> missing_;
};

}  // namespace

std::string FirstFew(const std::vector<std::string>& names) {
  const std::size_t shown = std::min(names.size(), kMostNames);
  const std::vector<std::string> first(names.begin(),
                                       names.begin() + static_cast<std::ptrdiff_t>(shown));
  std::string text = fmt::format("{}", fmt::join(first, ", "));
  if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

Result<ImportPlan> PlanImport(const std::vector<NetworkWeight>& weights,
                              const SafetensorsFile& file, const std::optional<WeightMap>& map,
                              std::optional<double> epsilon) {
  const WeightMap& used = map ? *map : MapByNames(weights, file);
  return Planner(weights, file, used, epsilon).Plan();
}

}  // namespace batchsizer::flow
