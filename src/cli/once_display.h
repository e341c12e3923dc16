// --once: nothing while the run goes on, and one frame of the live view as plain text
// on stderr when it ends.
//
// Thread safety: that of Display.
#pragma once

#include <atomic>
#include <cstdint>

#include "cli/display.h"
#include "cli/view/model.h"

namespace batchsizer::cli {

class OnceDisplay final : public Display {
 public:
  explicit OnceDisplay(const DisplayOptions& options) : options_(options), model_(options) {}
  void OnWindow(const WindowRecord& record) override { model_.AddWindow(record); }
  void OnNotice(const Notice& notice) override;
  void OnFailure() override { failed_.fetch_add(1, std::memory_order_relaxed); }
  void Finish() override;

 private:
  const DisplayOptions options_;
  std::atomic<std::int64_t> failed_{0};
  view::Model model_;
  bool finished_ = false;
};

}  // namespace batchsizer::cli
