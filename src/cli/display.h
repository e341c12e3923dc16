// What a run shows of itself while it runs: a full-screen view, a line that is
// rewritten, plain lines, or nothing.
//
// Thread safety: the run's thread calls everything but OnFailure, which any thread
// may call.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "batchsizer/clock.h"
#include "batchsizer/record.h"
#include "batchsizer/result.h"

namespace batchsizer::cli {

class Display {
 public:
  virtual ~Display() = default;
  // Once, when all is set up and the first batch is about to run.
  virtual void Start() {}
  virtual void OnWindow(const WindowRecord& record) = 0;
  virtual void OnNotice(const Notice& notice) = 0;
  // One image could not be used: it is done with, too. From any thread.
  virtual void OnFailure() = 0;
  // Takes away what is rewritten; other output follows. Idempotent.
  virtual void Finish() = 0;
};

// What is ahead of the engine, as of now.
struct PipelineStatus {
  std::int64_t total_images = 0;  // found so far
  bool total_is_final = false;    // no more are looked for
  double input_wait_s = 0;        // how long the engine has waited for images
  double elapsed_s = 0;           // of real time, since the run began
  int decode_threads = 0;
  std::int64_t ready_images = 0;  // decoded, and waiting for the engine
};

struct DisplayOptions {
  std::string view = "auto";  // auto, screen, line, plain, off
  bool once = false;          // one frame as plain text at the end, nothing before it
  bool quiet = false;         // notices only
  bool verbose = false;       // a line for every window
  bool emulated = false;      // time and power are emulated
  // For the title of the full-screen view.
  std::string model = {};
  std::string device = {};
  std::string policy = {};
  std::string power_source = {};  // "power is measured", "emulated time and power"
  std::string results_path = {};  // where failed images are listed, too; empty: nowhere
  TimePoint start = {};           // of the run, on the accelerator's time base
  // Called from any thread. Empty: nothing is known.
  std::function<PipelineStatus()> status = {};
  const std::atomic<bool>* stop = nullptr;  // set: the run is about to end. Borrowed
};

// The names that --view takes.
inline constexpr std::string_view kViewNames = "auto, screen, line, plain, off";

// Errors: kInvalidInput for a name of a view that there is none of, and for one that
// this terminal cannot show. wall must outlive the display.
[[nodiscard]] Result<std::unique_ptr<Display>> MakeDisplay(const DisplayOptions& options,
                                                           const Clock& wall);

}  // namespace batchsizer::cli
