// Which display a run gets.
#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "cli/display.h"
#include "cli/once_display.h"
#include "cli/progress.h"
#include "cli/screen.h"
#include "cli/screen_display.h"

namespace batchsizer::cli {
namespace {

enum class View { kScreen, kLine, kPlain, kOff };

tl::unexpected<Error> Invalid(std::string message) {
  return MakeError(ErrorCode::kInvalidInput, std::move(message));
}

View Automatic(const DisplayOptions& options) {
  if (options.quiet || options.verbose || !InForeground()) return View::kPlain;
  if (CanBeScreen()) return View::kScreen;
  return CanRewriteLine() ? View::kLine : View::kPlain;
}

Result<View> Choose(const DisplayOptions& options) {
  constexpr std::array<std::string_view, 5> kNames{"auto", "screen", "line", "plain", "off"};
  if (options.view == "auto") return Automatic(options);
  if (options.view == "plain") return View::kPlain;
  if (options.view == "off") return View::kOff;
  if (options.view == "screen") {
    if (CanBeScreen()) return View::kScreen;
    return Invalid(
        "--view screen: stderr is no terminal that can (TERM tells what it is); right would be "
        "auto or plain");
  }
  if (options.view == "line") {
    if (CanRewriteLine()) return View::kLine;
    return Invalid(
        "--view line: stderr is no terminal that can (TERM tells what it is); right would be auto "
        "or plain");
  }
  const auto nearest = base::Nearest(options.view, kNames);
  return Invalid(fmt::format("--view: '{}' is not known; {}", options.view,
                             nearest ? fmt::format("did you mean '{}'?", *nearest)
                                     : fmt::format("known: {}", kViewNames)));
}

}  // namespace

Result<std::unique_ptr<Display>> MakeDisplay(const DisplayOptions& options, const Clock& wall) {
  const auto view = Choose(options);
  if (!view) return tl::unexpected(view.error());
  UseLocale();
  if (options.once) return std::make_unique<OnceDisplay>(options);
  if (*view == View::kScreen) return std::make_unique<ScreenDisplay>(options);
  return std::make_unique<Progress>(ProgressOptions{.rewrite_line = *view == View::kLine,
                                                    .quiet = options.quiet || *view == View::kOff,
                                                    .verbose = options.verbose,
                                                    .emulated = options.emulated,
                                                    .status = options.status},
                                    options.start, wall);
}

}  // namespace batchsizer::cli
