#include "cli/cap_option.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "base/text.h"
#include "control/cap_trace.h"
#include "control/cap_value.h"
#include "runtime/reread_trace.h"
#include "runtime/watched_cap.h"

namespace batchsizer::cli {
namespace {

constexpr std::string_view kOption = "--power-cap";
constexpr std::string_view kForms = "120, 120W, 70% or trace:FILE";
constexpr std::string_view kLiveForms = "120, 120W, 70%, file:PATH or trace:FILE";
constexpr std::string_view kTrace = "trace:";
constexpr std::string_view kFile = "file:";

// What follows prefix in text; nullopt when it begins otherwise.
std::optional<std::string> After(std::string_view prefix, const std::string& text) {
  const std::string_view trimmed = base::Trim(text);
  if (!trimmed.starts_with(prefix)) return std::nullopt;
  return std::string(trimmed.substr(prefix.size()));
}

Status CheckNamed(const std::string& text, std::string_view path) {
  if (!path.empty()) return {};
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: '{}' names no file; right would be {}PATH", kOption, text,
                               base::Trim(text)));
}

tl::unexpected<Error> CannotStart(Error error) {
  if (error.code == ErrorCode::kNotFound) {
    error.message += "; a cap must be in it before the run starts, such as 120";
  }
  return Annotate(kOption, error);
}

// All but a watched file. forms: what would be right, for the message.
Result<std::vector<SteppedCap::Step>> ParseSteps(const std::string& text,
                                                 std::optional<Watts> max_power,
                                                 std::string_view forms) {
  if (const auto path = After(kTrace, text)) {
    if (auto ok = CheckNamed(text, *path); !ok) return tl::unexpected(ok.error());
    auto steps = control::ReadCapTrace(*path);
    if (!steps) return Annotate(kOption, steps.error());
    return steps;
  }
  if (base::Trim(text) == "enforced") {
    return MakeError(ErrorCode::kUnsupported,
                     fmt::format("{}: 'enforced' will be the limit that the driver of an NVIDIA "
                                 "GPU holds; this version reads no driver: use {}",
                                 kOption, forms));
  }
  const auto cap = control::ParseCapValue(text, max_power, forms);
  if (!cap) return Annotate(kOption, cap.error());
  return std::vector<SteppedCap::Step>{{Duration(0), *cap}};
}

}  // namespace

Result<std::vector<SteppedCap::Step>> ParsePowerCap(const std::string& text,
                                                    std::optional<Watts> max_power) {
  if (After(kFile, text)) {
    return MakeError(ErrorCode::kUnsupported,
                     fmt::format("{}: '{}' is for run; virtual time waits for no file: use {}",
                                 kOption, text, kForms));
  }
  return ParseSteps(text, max_power, kForms);
}

bool CanBeReadAgain(const std::string& power_cap) {
  return After(kFile, power_cap) || After(kTrace, power_cap);
}

Result<CapSource> CapSource::Open(const std::string& text, std::optional<Watts> max_power,
                                  control::TellCapNews tell) {
  CapSource source;
  if (const auto path = After(kFile, text)) {
    if (auto ok = CheckNamed(text, *path); !ok) return tl::unexpected(ok.error());
    auto watched = runtime::WatchedCap::Open(*path, max_power, std::move(tell));
    if (!watched) return CannotStart(watched.error());
    source.wake_descriptor_ = (*watched)->wake_descriptor();
    source.cap_ = std::move(*watched);
    return source;
  }
  auto steps = ParseSteps(text, max_power, kLiveForms);
  if (!steps) return tl::unexpected(steps.error());
  source.steps_ = std::move(*steps);
  source.trace_path_ = After(kTrace, text).value_or("");
  source.tell_ = std::move(tell);
  return source;
}

Status CapSource::Start(TimePoint start) {
  if (cap_) return {};  // a watched file knows no time
  if (trace_path_.empty()) {
    auto cap = SteppedCap::Create(std::move(steps_), start);
    if (!cap) return tl::unexpected(cap.error());
    cap_ = std::make_unique<SteppedCap>(std::move(*cap));
    return {};
  }
  auto cap = runtime::RereadTrace::Create(trace_path_, std::move(steps_), start, std::move(tell_));
  if (!cap) return Annotate(kOption, cap.error());
  wake_descriptor_ = (*cap)->wake_descriptor();
  cap_ = std::move(*cap);
  return {};
}

}  // namespace batchsizer::cli
