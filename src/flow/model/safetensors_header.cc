#include "flow/model/safetensors_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

namespace batchsizer::flow {
namespace {

using Json = nlohmann::json;
using Tensors = std::map<std::string, StoredTensor, std::less<>>;

struct Type {
  std::string_view name;
  std::int64_t bytes;
};
constexpr std::array<Type, 15> kTypes = {{{"BOOL", 1},
                                          {"U8", 1},
                                          {"I8", 1},
                                          {"F8_E5M2", 1},
                                          {"F8_E4M3", 1},
                                          {"I16", 2},
                                          {"U16", 2},
                                          {"F16", 2},
                                          {"BF16", 2},
                                          {"I32", 4},
                                          {"U32", 4},
                                          {"F32", 4},
                                          {"F64", 8},
                                          {"I64", 8},
                                          {"U64", 8}}};

tl::unexpected<Error> Bad(std::string message) {
  return MakeError(ErrorCode::kInvalidInput, std::move(message));
}

tl::unexpected<Error> BadTensor(std::string_view name, std::string_view how) {
  return Bad(fmt::format("tensor '{}' {}", name, how));
}

// The header as JSON; a name that stands there twice is an error, where the parser
// alone would take the second.
Result<Json> ParseJson(std::string_view text) {
  std::map<std::string, int, std::less<>> names;
  std::optional<std::string> twice;
  // A tensor is an object with lists in it; more would cost memory for nothing.
  constexpr int kDeepest = 3;
  bool too_deep = false;
  const auto watch = [&](int depth, Json::parse_event_t event, const Json& value) {
    if (depth > kDeepest) {
      too_deep = true;
      return false;
    }
    if (event != Json::parse_event_t::key || depth != 1) return true;
    const auto& name = value.get_ref<const std::string&>();
    if (++names[name] > 1 && !twice) twice = name;
    return true;
  };
  try {
    Json json = Json::parse(text, watch);
    if (too_deep) return Bad("its header holds lists in lists, which no tensor has");
    if (twice) return Bad(fmt::format("its header names the tensor '{}' twice", *twice));
    return json;
  } catch (const Json::parse_error& error) {
    return Bad(fmt::format("its header is not JSON, at byte {} of it", error.byte));
  } catch (const Json::exception& error) {
    return Bad(fmt::format("its header is not JSON: {}", error.what()));
  }
}

// A list of whole numbers from 0 on; nothing if it is anything else.
std::optional<std::vector<std::int64_t>> Counts(const Json& entry, const char* key) {
  const auto found = entry.find(key);
  if (found == entry.end() || !found->is_array()) return std::nullopt;
  std::vector<std::int64_t> counts;
  for (const Json& value : *found) {
    if (!value.is_number_unsigned()) return std::nullopt;
    const auto count = value.get<std::uint64_t>();
    if (count > std::uint64_t{INT64_MAX}) return std::nullopt;
    counts.push_back(static_cast<std::int64_t>(count));
  }
  return counts;
}

// Bytes of a tensor of that shape; nothing when that is more than can be.
std::optional<std::int64_t> BytesFor(const std::vector<std::int64_t>& shape, std::int64_t bytes) {
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  for (const std::int64_t size : shape) {
    if (size > INT64_MAX / bytes) return std::nullopt;
    bytes *= size;
  }
  return bytes;
}

Result<StoredTensor> ReadEntry(const std::string& name, const Json& entry) {
  if (!entry.is_object()) return BadTensor(name, "is no object with dtype, shape, data_offsets");
  const auto type = entry.find("dtype");
  if (type == entry.end() || !type->is_string()) return BadTensor(name, "has no dtype");
  const auto shape = Counts(entry, "shape");
  if (!shape) return BadTensor(name, "has no shape, a list of whole numbers from 0 on");
  const auto offsets = Counts(entry, "data_offsets");
  if (!offsets || offsets->size() != 2 || offsets->front() > offsets->back()) {
    return BadTensor(name, "has no data_offsets, the places of its first byte and behind its last");
  }
  return StoredTensor{type->get<std::string>(), *shape, offsets->front(), offsets->back()};
}

Status CheckTensor(const std::string& name, const StoredTensor& tensor, std::int64_t data_bytes) {
  const auto type = std::find_if(kTypes.begin(), kTypes.end(),
                                 [&](const Type& known) { return known.name == tensor.type; });
  if (type == kTypes.end()) {
    return MakeError(ErrorCode::kUnsupported,
                     fmt::format("tensor '{}' is of the unknown type '{}'; weights are F64, F32, "
                                 "F16 or BF16",
                                 name, tensor.type));
  }
  if (tensor.end > data_bytes) {
    return BadTensor(name, fmt::format("ends at byte {} of the data, of which the file has {}; it "
                                       "is cut short, or its header is wrong",
                                       tensor.end, data_bytes));
  }
  const auto needed = BytesFor(tensor.shape, type->bytes);
  if (!needed || *needed != tensor.end - tensor.begin) {
    return BadTensor(name,
                     fmt::format("has {} bytes where {} of {} need {}", tensor.end - tensor.begin,
                                 ShapeText(tensor.shape), tensor.type,
                                 needed ? fmt::format("{}", *needed) : "more than there can be"));
  }
  return {};
}

// The tensors must fill the data from its first byte to its last, one after the other.
Status CheckPlaces(const Tensors& tensors, std::int64_t data_bytes) {
  std::vector<const Tensors::value_type*> order;
  order.reserve(tensors.size());
  for (const auto& tensor : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return std::pair(a->second.begin, a->second.end) < std::pair(b->second.begin, b->second.end);
  });
  std::int64_t place = 0;
  for (const auto* tensor : order) {
    if (tensor->second.begin != place) {
      return BadTensor(tensor->first,
                       fmt::format("begins at byte {} of the data, the one before it ends at {}; "
                                   "tensors must follow without gap or overlap",
                                   tensor->second.begin, place));
    }
    place = tensor->second.end;
  }
  if (place == data_bytes) return {};
  return Bad(fmt::format("its tensors end at byte {} of the data, of which there are {}", place,
                         data_bytes));
}

}  // namespace

bool IsFloatType(std::string_view type) {
  return type == "F64" || type == "F32" || type == "F16" || type == "BF16";
}

std::string OtherFormat(std::string_view begin) {
  if (begin.starts_with("PK\x03\x04")) return " (it looks like a zip archive: a PyTorch file?)";
  if (begin.starts_with("\x89HDF")) return " (it looks like an HDF5 file: a Keras model?)";
  if (begin.starts_with("\x80\x02") || begin.starts_with("\x80\x04")) {
    return " (it looks like a Python pickle: a PyTorch file?)";
  }
  if (begin.starts_with("\x93NUMPY")) return " (it looks like a NumPy array)";
  if (begin.starts_with("GGUF")) return " (it looks like a GGUF file)";
  return "";
}

Result<Tensors> ParseSafetensorsHeader(std::string_view json, std::int64_t data_bytes) {
  const auto header = ParseJson(json);
  if (!header) return tl::unexpected(header.error());
  if (!header->is_object()) return Bad("its header is not one JSON object");
  Tensors tensors;
  for (const auto& [name, entry] : header->items()) {
    if (name == "__metadata__") continue;
    auto tensor = ReadEntry(name, entry);
    if (!tensor) return tl::unexpected(tensor.error());
    if (auto fits = CheckTensor(name, *tensor, data_bytes); !fits) {
      return tl::unexpected(fits.error());
    }
    tensors.emplace(name, *std::move(tensor));
  }
  if (auto whole = CheckPlaces(tensors, data_bytes); !whole) return tl::unexpected(whole.error());
  return tensors;
}

}  // namespace batchsizer::flow
