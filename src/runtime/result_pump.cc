#include "runtime/result_pump.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace batchsizer::runtime {
namespace {

// Bytes of what is copied, nearly.
std::size_t BytesOf(const BatchResults& results) {
  std::size_t bytes = results.scores.size_bytes();
  for (const auto& image : results.images) bytes += sizeof image + image.path.size();
  for (const auto& failure : results.failures) {
    bytes += sizeof failure + failure.path.size() + failure.error.message.size();
  }
  return bytes;
}

}  // namespace

// A copy of what a batch gave. Its buffers only grow.
class ResultPump::Parcel {
 public:
  void Fill(const BatchResults& results) {
    bytes_ = BytesOf(results);
    scores_.assign(results.scores.begin(), results.scores.end());
    CopyNames(results);
    copy_ = results;
    copy_.images = images_;
    copy_.scores = scores_;
    copy_.failures = failures_;
  }
  [[nodiscard]] const BatchResults& Content() const { return copy_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  // All names are in place before the first view of one is made.
  void CopyNames(const BatchResults& results) {
    names_.clear();
    for (const auto& image : results.images) names_ += image.path;
    for (const auto& failure : results.failures) names_ += failure.path;
    std::string_view rest(names_);
    images_.assign(results.images.begin(), results.images.end());
    for (auto& image : images_) image.path = Next(rest, image.path.size());
    failures_.assign(results.failures.begin(), results.failures.end());
    for (auto& failure : failures_) failure.path = Next(rest, failure.path.size());
  }
  static std::string_view Next(std::string_view& rest, std::size_t size) {
    const std::string_view name = rest.substr(0, size);
    rest.remove_prefix(size);
    return name;
  }

  std::string names_;
  std::vector<float> scores_;
  std::vector<flow::RowInfo> images_;
  std::vector<flow::ImageFailure> failures_;
  BatchResults copy_;
  std::size_t bytes_ = 0;
};

Result<std::unique_ptr<ResultPump>> ResultPump::Create(ResultStore& store, const Options& options) {
  std::unique_ptr<ResultPump> pump(new ResultPump(store, options));
  try {
    pump->thread_ = std::jthread([&pump = *pump] { pump.Work(); });
  } catch (const std::system_error& error) {
    return MakeError(
        ErrorCode::kUnavailable,
        fmt::format("the thread that writes results cannot be started: {}", error.what()));
  }
  return pump;
}

ResultPump::ResultPump(ResultStore& store, const Options& options)
    : store_(store), options_(options) {
  parcels_.reserve(options.most_batches);
  free_.reserve(options.most_batches);
  waiting_.reserve(options.most_batches);
}

ResultPump::~ResultPump() { (void)Close(); }

bool ResultPump::HasRoomFor(std::size_t bytes) const {
  return in_use_ == 0 ||
         (in_use_ < options_.most_batches && waiting_bytes_ + bytes <= options_.most_bytes);
}

ResultPump::Parcel* ResultPump::TakeFree() {
  if (free_.empty()) return parcels_.emplace_back(std::make_unique<Parcel>()).get();
  Parcel* parcel = free_.back();
  free_.pop_back();
  return parcel;
}

Status ResultPump::Put(const BatchResults& results) {
  const std::size_t bytes = BytesOf(results);
  Parcel* parcel = nullptr;
  {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return error_ || HasRoomFor(bytes); });
    if (error_) return tl::unexpected(*error_);
    parcel = TakeFree();
    ++in_use_;
    waiting_bytes_ += bytes;
  }
  parcel->Fill(results);
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(parcel);
  }
  work_.notify_one();
  return {};
}

Status ResultPump::Close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
  if (error_) return tl::unexpected(*error_);
  return {};
}

// The next parcel; null when there is none and either a checkpoint is due or the pump
// is being closed.
ResultPump::Parcel* ResultPump::WaitForParcel(std::unique_lock<std::mutex>& lock) {
  const auto awake = [this] { return closing_ || !waiting_.empty(); };
  if (to_checkpoint_) {
    work_.wait_until(lock, checkpoint_due_, awake);
  } else {
    work_.wait(lock, awake);
  }
  if (waiting_.empty()) return nullptr;
  Parcel* parcel = waiting_.front();
  waiting_.erase(waiting_.begin());
  return parcel;
}

void ResultPump::Work() {
  checkpoint_due_ = std::chrono::steady_clock::now() + options_.checkpoint_every;
  std::unique_lock lock(mutex_);
  while (true) {
    Parcel* parcel = WaitForParcel(lock);
    if (parcel == nullptr && closing_) return;
    const bool last = waiting_.empty();
    lock.unlock();
    auto status = Serve(parcel, last);
    lock.lock();
    if (parcel != nullptr) {
      waiting_bytes_ -= parcel->bytes();
      --in_use_;
      free_.push_back(parcel);
    }
    if (!status) error_ = std::move(status.error());
    room_.notify_one();
    if (error_) return;
  }
}

Status ResultPump::Serve(const Parcel* parcel, bool last) {
  if (parcel != nullptr) {
    if (auto ok = store_.Write(parcel->Content()); !ok) return ok;
    to_checkpoint_ = true;
  }
  if (last) {
    if (auto ok = store_.Flush(); !ok) return ok;
  }
  const auto now = std::chrono::steady_clock::now();
  if (!to_checkpoint_ || now < checkpoint_due_) return {};
  checkpoint_due_ = now + options_.checkpoint_every;
  to_checkpoint_ = false;
  return store_.Checkpoint();
}

}  // namespace batchsizer::runtime
