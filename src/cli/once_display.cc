#include "cli/once_display.h"

#include <fmt/format.h>

#include "cli/screen.h"
#include "cli/terminal.h"
#include "cli/view/layout.h"

namespace batchsizer::cli {

void OnceDisplay::OnNotice(const Notice& notice) {
  const std::string text = fmt::format("batchsizer: at {:.3f} s: {}\n",
                                       ToSeconds(notice.time - options_.start), notice.text);
  model_.AddMessage(text);
  WriteStderr(text);
}

void OnceDisplay::Finish() {
  if (finished_) return;
  finished_ = true;
  model_.failed_images = failed_.load(std::memory_order_relaxed);
  if (options_.status) model_.pipeline = options_.status();
  model_.left_s = 0;
  model_.ended = true;
  const TerminalSize size = SizeOfTerminal();
  WriteStderr(view::Render(model_, size.columns, size.rows, IsUtf8()).ToText());
}

}  // namespace batchsizer::cli
