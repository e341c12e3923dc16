#include "flow/result/run_identity.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace batchsizer::flow {
namespace {

using Field = RunIdentity::Field;

const Field* Find(const RunIdentity& identity, const std::string& name) {
  const auto at = std::find_if(identity.fields.begin(), identity.fields.end(),
                               [&](const Field& field) { return field.name == name; });
  return at == identity.fields.end() ? nullptr : &*at;
}

std::string Show(const Field* field) {
  if (field == nullptr) return "not told";
  return field->shown.empty() ? field->value : fmt::format("{} ({})", field->shown, field->value);
}

// As the journal can hold it.
bool Equal(const Field* a, const Field* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return base::ToValidUtf8(a->value) == base::ToValidUtf8(b->value);
}

void Add(std::string& out, const std::string& name, const Field* then, const Field* now) {
  if (Equal(then, now)) return;
  out +=
      fmt::format("{}{}: was {}, is now {}", out.empty() ? "" : "; ", name, Show(then), Show(now));
}

}  // namespace

std::string DifferenceOf(const RunIdentity& then, const RunIdentity& now) {
  std::string difference;
  for (const Field& field : then.fields) {
    Add(difference, field.name, &field, Find(now, field.name));
  }
  for (const Field& field : now.fields) {
    if (Find(then, field.name) == nullptr) Add(difference, field.name, nullptr, &field);
  }
  if (difference.empty() && !now.names_are_absolute &&
      base::ToValidUtf8(then.folder) != base::ToValidUtf8(now.folder)) {
    return fmt::format(
        "folder: was started in {}, is now in {}, where relative names mean other "
        "files",
        then.folder, now.folder);
  }
  return difference;
}

}  // namespace batchsizer::flow
