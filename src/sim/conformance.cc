#include "sim/conformance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace batchsizer::sim {
namespace {

using nlohmann::json;

// Whether a value is what a field holds. Whole numbers may be written as 16.0; a
// fraction, a truth value or a number in quotes is refused, not rounded or converted.
bool Fits(const json& value, const double*) { return value.is_number(); }
bool Fits(const json& value, const std::string*) { return value.is_string(); }
bool Fits(const json& value, const int*) {
  if (!value.is_number()) return false;
  const auto number = value.get<double>();
  return number == std::floor(number) && std::abs(number) <= std::numeric_limits<int>::max();
}
template <typename T>
bool Fits(const json& value, const std::vector<T>*) {
  return value.is_array() && std::all_of(value.begin(), value.end(), [](const json& item) {
           return Fits(item, static_cast<const T*>(nullptr));
         });
}

// Reads fields of one file; the first error is kept and ends the reading.
class Fields {
 public:
  Fields(const json& object, std::string_view file) : object_(object), file_(file) {}

  // Gives the field's value when it is there and fits; else records the error.
  template <typename T>
  T Get(const char* field, std::string_view needed) {
    const auto at = object_.find(field);
    if (at == object_.end()) {
      Fail(fmt::format("field '{}' is missing; {} is needed", field, needed));
      return {};
    }
    if (!Fits(*at, static_cast<const T*>(nullptr))) {
      Fail(fmt::format("field '{}' must be {}", field, needed));
      return {};
    }
    return at->get<T>();
  }
  void Fail(const std::string& what) {
    if (!error_) error_ = Error{ErrorCode::kInvalidInput, fmt::format("{}: {}", file_, what)};
  }
  void Require(bool holds, const std::string& what) {
    if (!holds) Fail(what);
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  const json& object_;
  std::string_view file_;
  std::optional<Error> error_;
};

void ReadPolicy(Fields& fields, PolicyOptions& policy) {
  policy.name = "paper";
  const auto sizes = fields.Get<std::vector<int>>("batch_sizes", "a list of batch sizes");
  policy.batch_sizes.clear();
  for (const int size : sizes) policy.batch_sizes.emplace_back(size);
  policy.alpha = fields.Get<double>("alpha", "a number such as 0.8");
  const int initial = fields.Get<int>("initial_index", "a 1-based index into batch_sizes");
  fields.Require(initial >= 1, "field 'initial_index' counts from 1");
  fields.Require(
      sizes.empty() || initial <= static_cast<int>(sizes.size()),
      fmt::format("field 'initial_index' is {}; there are {} batch sizes, counted from 1", initial,
                  sizes.size()));
  policy.initial_index = static_cast<std::size_t>(std::max(initial, 1)) - 1;
  const int window = fields.Get<int>("window", "the number of readings an epoch");
  fields.Require(window >= 1, "field 'window' must be 1 or more");
  const auto variant = fields.Get<std::string>("variant", "the name of a variant");
  if (fields.error()) return;
  if (const auto parsed = ParsePaperVariant(variant)) {
    policy.paper_variant = *parsed;
  } else {
    fields.Fail(fmt::format("field 'variant': {}", parsed.error().message));
  }
}

void ReadReadings(Fields& fields, ConformanceCase& test) {
  test.cap_per_epoch_w =
      fields.Get<std::vector<double>>("cap_per_epoch", "a list with the cap of each epoch in W");
  test.power_per_batch_w = fields.Get<std::vector<std::vector<double>>>(
      "power_per_batch", "a list of lists of readings in W");
  if (fields.error()) return;
  fields.Require(
      test.cap_per_epoch_w.size() == test.power_per_batch_w.size(),
      fmt::format("field 'cap_per_epoch' has {} epochs, 'power_per_batch' has {}; they must agree",
                  test.cap_per_epoch_w.size(), test.power_per_batch_w.size()));
  for (const double cap : test.cap_per_epoch_w) {
    fields.Require(cap > 0, fmt::format("field 'cap_per_epoch': {} is not above 0 W", cap));
  }
  for (std::size_t epoch = 0; epoch < test.power_per_batch_w.size(); ++epoch) {
    fields.Require(!test.power_per_batch_w[epoch].empty(),
                   fmt::format("field 'power_per_batch': epoch {} has no reading", epoch));
  }
}

Result<json> ParseJson(std::string_view text, std::string_view file) {
  try {
    json value = json::parse(text);
    if (value.is_object()) return value;
  } catch (const json::exception& error) {
    // "[json.exception...] parse error at line 1, column 2: ...": the name of the
    // exception says nothing to the file's author.
    const std::string_view what = error.what();
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: is not JSON: {}", file, what.substr(what.find("] ") + 2)));
  }
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: is not a JSON object; '{{...}}' is needed", file));
}

}  // namespace

Result<ConformanceCase> ParseConformanceCase(std::string_view text, std::string_view file_name) {
  const auto parsed = ParseJson(text, file_name);
  if (!parsed) return tl::unexpected(parsed.error());
  const json& object = *parsed;
  Fields fields(object, file_name);
  ConformanceCase test;
  test.name = object.contains("name") ? fields.Get<std::string>("name", "a text") : file_name;
  ReadPolicy(fields, test.policy);
  ReadReadings(fields, test);
  if (object.contains("expected_batch_per_epoch")) {
    test.expected_batch_per_epoch =
        fields.Get<std::vector<int>>("expected_batch_per_epoch", "a list of batch sizes");
  }
  if (fields.error()) return tl::unexpected(*fields.error());
  return test;
}

Result<std::vector<int>> Replay(const ConformanceCase& test) {
  auto policy = MakePolicy(test.policy);
  if (!policy) return Annotate(test.name, policy.error());
  std::vector<int> chosen;
  Setting setting = (*policy)->Start(Watts(0));
  for (std::size_t epoch = 0; epoch < test.power_per_batch_w.size(); ++epoch) {
    chosen.push_back(setting.batch_size.value());
    const auto& readings = test.power_per_batch_w[epoch];
    Observation seen;
    seen.window_length = Duration(1);
    seen.readings = static_cast<int>(readings.size());
    seen.batches = seen.readings;
    seen.cap = seen.window_cap = Watts(test.cap_per_epoch_w[epoch]);
    seen.peak_power = Watts(*std::max_element(readings.begin(), readings.end()));
    seen.setting = setting;
    setting = (*policy)->Step(seen).setting;
  }
  return chosen;
}

}  // namespace batchsizer::sim
