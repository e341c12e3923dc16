#include "flow/batch/image_feeder.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/check.h"

namespace batchsizer::flow {
namespace {

constexpr int kMostThreads = 1024;
// A batch in the engine, and one of twice its size.
constexpr std::size_t kBatchesAhead = 3;
// However small batches are, so many rows may be in use (that much memory, at most):
// decoders that sleep and wake for every image waste their time.
constexpr std::size_t kFewRows = 32;
constexpr std::size_t kLittleMemory = std::size_t{32} << 20U;
// Names that wait. The first time round, all of a million fit: so the total is known.
constexpr std::size_t kMostNameBytes = std::size_t{128} << 20U;
constexpr std::size_t kMostNameBytesLater = std::size_t{1} << 20U;
// How often a consumer that waits is asked whether to go on.
constexpr auto kAskEvery = std::chrono::milliseconds(50);
// Failures that nobody has heard of yet.
constexpr std::size_t kMostFailures = 1000;

// How many rows the ring gets at most: as many as help, as few as fit.
Result<std::size_t> MostRows(std::size_t row_bytes, const FeederOptions& options) {
  if (options.decode_threads < 1 || options.decode_threads > kMostThreads) {
    return MakeError(ErrorCode::kInvalidInput, fmt::format("{} decoding threads; 1 to {} will do",
                                                           options.decode_threads, kMostThreads));
  }
  const auto largest = static_cast<std::size_t>(std::max(1, options.largest_batch.value()));
  const auto threads = static_cast<std::size_t>(options.decode_threads);
  const std::size_t fitting = options.memory_limit_bytes / row_bytes;
  if (fitting < largest) {
    return MakeError(
        ErrorCode::kInvalidInput,
        fmt::format("batches of {} images of {} bytes do not fit into the {} MiB allowed for "
                    "images; the largest batch size that fits is {}",
                    largest, row_bytes, options.memory_limit_bytes >> 20U, fitting));
  }
  return std::min(fitting, std::max(2 * largest, largest + 2 * threads));
}

// In use at a time, for batches of that size.
std::size_t RowsFor(std::size_t batch, std::size_t threads, std::size_t row_bytes) {
  const std::size_t few = std::min(kFewRows, kLittleMemory / row_bytes);
  return std::max({kBatchesAhead * batch, batch + 2 * threads, few});
}

// An engine on the same CPU is what the images are for: it goes first. On Linux this
// is of the calling thread alone. Failing does no harm.
void GoBehindTheEngine() {
  constexpr int kNicer = 10;
  const auto thread = static_cast<id_t>(gettid());
  (void)setpriority(PRIO_PROCESS, thread, getpriority(PRIO_PROCESS, thread) + kNicer);
}

}  // namespace

Result<std::unique_ptr<ImageFeeder>> ImageFeeder::Create(std::unique_ptr<ImageStream> stream,
                                                         const InputSpec& input,
                                                         const FeederOptions& options,
                                                         const Clock& clock) {
  std::vector<ImageLoader> loaders;
  for (int i = 0; i < std::clamp(options.decode_threads, 1, kMostThreads); ++i) {
    auto loader = ImageLoader::Create(input, options.preprocess, options.decode);
    if (!loader) return tl::unexpected(loader.error());
    loaders.push_back(*std::move(loader));
  }
  const auto most_rows = MostRows(input.BytesPerRow(), options);
  if (!most_rows) return tl::unexpected(most_rows.error());
  const auto threads = static_cast<std::size_t>(options.decode_threads);
  const std::size_t rows = std::min(*most_rows, RowsFor(1, threads, input.BytesPerRow()));
  auto ring = RowRing::Create(input.BytesPerRow(), rows);
  if (!ring) return tl::unexpected(ring.error());
  std::unique_ptr<ImageFeeder> feeder(new ImageFeeder(
      std::move(stream), *std::move(ring), {.now = rows, .most = *most_rows}, options, clock));
  if (auto started = feeder->Start(std::move(loaders)); !started) {
    return tl::unexpected(started.error());
  }
  return feeder;
}

ImageFeeder::ImageFeeder(std::unique_ptr<ImageStream> stream, RowRing ring, RingRows rows,
                         const FeederOptions& options, const Clock& clock)
    : stream_(std::move(stream)),
      clock_(clock),
      ring_(std::move(ring)),
      most_content_bytes_(options.memory_limit_bytes / 8),
      list_patience_(options.list_patience),
      largest_batch_(static_cast<std::size_t>(options.largest_batch.value())),
      most_ring_rows_(rows.most),
      schedule_(rows.now),
      slots_(rows.now),
      governor_(options.automatic ? 1 : options.decode_threads, options.decode_threads),
      rows_in_use_(2 * static_cast<std::size_t>(options.decode_threads)) {
  taken_.reserve(largest_batch_);
}

ImageFeeder::~ImageFeeder() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  for (auto& thread : threads_) thread.request_stop();
  listed_.notify_all();
  work_.notify_all();
}

Status ImageFeeder::Start(std::vector<ImageLoader> loaders) {
  try {
    threads_.emplace_back([this](const std::stop_token& stop) { List(stop); });
    for (ImageLoader& loader : loaders) {
      const int index = static_cast<int>(threads_.size()) - 1;
      threads_.emplace_back([this, index, own = std::move(loader)]() mutable { Work(index, own); });
    }
  } catch (const std::system_error& error) {
    return MakeError(ErrorCode::kUnavailable,
                     fmt::format("decoding thread {} of {} cannot be started: {}", threads_.size(),
                                 loaders.size(), error.what()));
  }
  return {};
}

// --- The thread that lists ----------------------------------------------------

bool ImageFeeder::HasQueueRoom() const {
  return queue_.empty() ||
         (queue_.NameBytes() < most_name_bytes_ && queue_.ContentBytes() < most_content_bytes_);
}

void ImageFeeder::TakeProblems() {
  for (auto& problem : stream_->TakeProblems()) problems_.push_back(std::move(problem));
}

void ImageFeeder::List(const std::stop_token& stop) {
  ImageItem item;
  while (stream_->Next(item, stop)) {
    std::unique_lock lock(mutex_);
    TakeProblems();
    most_name_bytes_ = stream_->InFirstRound() ? kMostNameBytes : kMostNameBytesLater;
    listed_.wait(lock, [this] { return stopping_ || HasQueueRoom(); });
    if (stopping_) return;
    const bool was_empty = queue_.empty();
    queue_.Push(item);
    // Who sleeps for want of room or leave to work need not wake for every name.
    if (was_empty) work_.notify_all();
    if (next_image_ == 0) ready_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  TakeProblems();
  list_ended_ = true;
  Settle();
  work_.notify_all();
}

// --- The threads that decode ----------------------------------------------------

void ImageFeeder::Work(int index, ImageLoader& loader) {
  GoBehindTheEngine();
  ImageItem item;
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [&] {
      return stopping_ || IsExhausted() ||
             (index < governor_.active() && !growing_ && !queue_.empty() && !HasTooManyFailures() &&
              schedule_.HasRoom(rows_in_use_));
    });
    if (stopping_ || IsExhausted()) return;
    FillRow(schedule_.Claim(), item, loader, lock);
  }
}

void ImageFeeder::FillRow(std::uint64_t row, ImageItem& item, ImageLoader& loader,
                          std::unique_lock<std::mutex>& lock) {
  bool filled = false;
  // A broken image's row goes to the next image.
  while (!filled && !stopping_ && !growing_ && !queue_.empty() && !HasTooManyFailures()) {
    queue_.Pop(item);
    if (HasQueueRoom()) listed_.notify_one();
    const std::uint64_t image = next_image_++;
    lock.unlock();
    const TimePoint began = clock_.Now();
    Status loaded = loader.Load(item, ring_.Row(row));
    const Duration took = clock_.Now() - began;
    lock.lock();
    busy_ += took;
    ++decoded_;
    filled = loaded.has_value();
    if (filled) {
      SlotOf(row).image = image;
      SlotOf(row).path.swap(item.name);
    } else {
      ++failed_;
      failures_.push_back({image, item.name, std::move(loaded.error())});
    }
  }
  if (filled) {
    schedule_.Filled(row);
  } else {
    schedule_.GiveBack(row);
  }
  Settle();
}

// After any change that may make rows ready, or be the last.
void ImageFeeder::Settle() {
  if (IsExhausted()) {
    schedule_.EndInput();
    CloseHoles();
  }
  const bool enough = wanted_ > 0 && schedule_.Ready() >= wanted_;
  const bool may_grow = growing_ && !schedule_.IsAnyBeingFilled();
  if (enough || may_grow || schedule_.Finished() || HasTooManyFailures()) ready_.notify_one();
}

void ImageFeeder::CloseHoles() {
  while (const auto move = schedule_.CloseHole()) {
    std::memcpy(ring_.Row(move->to), ring_.Row(move->from), ring_.RowBytes());
    std::swap(SlotOf(move->to), SlotOf(move->from));
  }
}

bool ImageFeeder::HasTooManyFailures() const {
  return failures_.size() >= kMostFailures && !unattended_;
}

// --- The consumer ----------------------------------------------------------------

// Waits until served, or until go_on says no.
template <typename Served>
void ImageFeeder::WaitReady(std::unique_lock<std::mutex>& lock, const GoOn& go_on, Served served) {
  if (!go_on) {
    unattended_ = true;
    work_.notify_all();
    ready_.wait(lock, served);
    unattended_ = false;
    return;
  }
  while (!served()) {
    ready_.wait_for(lock, kAskEvery, [&] { return served() || HasTooManyFailures(); });
    if (served()) return;
    lock.unlock();
    const bool on = go_on();
    lock.lock();
    if (!on) return;
  }
}

Status ImageFeeder::WaitForFirst() {
  std::unique_lock lock(mutex_);
  ready_.wait(lock, [this] { return list_ended_ || next_image_ > 0 || !queue_.empty(); });
  const StreamCount count = stream_->Count();
  if (list_ended_ && count.images + count.skipped == 0) {
    return MakeError(ErrorCode::kInvalidInput, stream_->NothingFound());
  }
  return {};
}

// Makes the ring larger, when batches have become too large for it. What decoders
// are at work on must be done first, for it moves.
void ImageFeeder::GrowFor(std::size_t wanted, std::unique_lock<std::mutex>& lock) {
  const std::size_t now = slots_.size();
  const auto threads = static_cast<std::size_t>(governor_.most());
  const std::size_t needed = RowsFor(wanted, threads, ring_.RowBytes());
  if (needed <= now || now == most_ring_rows_) return;
  // At least doubled: rows are copied seldom, however slowly batches grow.
  const std::size_t rows = std::min(most_ring_rows_, std::max(needed, 2 * now));
  auto ring = RowRing::Create(ring_.RowBytes(), rows);
  if (!ring) return;  // no memory: batches are as large as the ring that there is
  growing_ = true;
  ready_.wait(lock, [this] { return !schedule_.IsAnyBeingFilled(); });
  growing_ = false;
  std::vector<Slot> slots(rows);
  schedule_.ForEachFilled([&](std::uint64_t row) {
    std::memcpy(ring->Row(row), ring_.Row(row), ring_.RowBytes());
    slots[row % rows] = std::move(SlotOf(row));
  });
  ring_ = *std::move(ring);
  slots_ = std::move(slots);
  schedule_.Grow(rows);
  work_.notify_all();
}

void ImageFeeder::LookAhead(std::size_t wanted) {
  const std::size_t rows =
      RowsFor(wanted, static_cast<std::size_t>(governor_.active()), ring_.RowBytes());
  if (rows > rows_in_use_) work_.notify_all();
  rows_in_use_ = rows;
}

// False: go_on ended it.
bool ImageFeeder::WaitForRows(std::size_t wanted, const GoOn& go_on,
                              std::unique_lock<std::mutex>& lock) {
  const auto enough = [&] { return schedule_.Ready() >= wanted || schedule_.Finished(); };
  const int threads = governor_.active();
  if (enough()) {
    governor_.OnBatch(false, !schedule_.HasRoom(rows_in_use_));
    return true;
  }
  // Threads help against decoding that is slow, not against a list that is.
  governor_.OnBatch(!queue_.empty(), false);
  if (governor_.active() > threads) work_.notify_all();
  waiting_since_ = clock_.Now();
  wanted_ = wanted;
  Patience patience{.image = next_image_, .failed = failed_, .since = *waiting_since_};
  const auto served = [&] { return enough() || (go_on && IsOver(patience)); };
  WaitReady(lock, go_on, served);
  wanted_ = 0;
  input_wait_ += clock_.Now() - *waiting_since_;
  waiting_since_.reset();
  return served();
}

// Whether what is ready should no longer wait for more: the list has paused, or
// nearly all images fail.
bool ImageFeeder::IsOver(Patience& patience) {
  if (failed_ - patience.failed >= kMostFailures && schedule_.Ready() > 0) return true;
  const bool paused = queue_.empty() && !list_ended_ && !schedule_.IsAnyBeingFilled();
  if (!paused || next_image_ != patience.image) {
    patience.image = next_image_;
    patience.since = clock_.Now();
    return false;
  }
  if (clock_.Now() - patience.since < list_patience_) return false;
  schedule_.EndInput();
  CloseHoles();
  schedule_.ResumeInput();
  return schedule_.Ready() > 0;
}

std::span<const RowInfo> ImageFeeder::Take(int max_rows, const GoOn& go_on) {
  auto wanted = static_cast<std::size_t>(max_rows);
  BATCHSIZER_CHECK(max_rows >= 1 && wanted <= largest_batch_);
  std::unique_lock lock(mutex_);
  GrowFor(wanted, lock);
  wanted = std::min(wanted, slots_.size());
  LookAhead(wanted);
  taken_.clear();
  if (!WaitForRows(wanted, go_on, lock)) return taken_;
  const std::size_t count = std::min(wanted, schedule_.Ready());
  for (std::size_t i = 0; i < count; ++i) {
    const Slot& slot = SlotOf(head_ + i);
    taken_.push_back({slot.image, slot.path});
  }
  return taken_;
}

const void* ImageFeeder::Data() const { return ring_.Row(head_); }

void ImageFeeder::Release(int rows) {
  const auto count = static_cast<std::size_t>(rows);
  {
    const std::lock_guard lock(mutex_);
    BATCHSIZER_CHECK(rows >= 0 && count <= schedule_.Ready());
    schedule_.Release(count);
    head_ = schedule_.Head();
  }
  work_.notify_all();
}

std::vector<ImageFailure> ImageFeeder::DrainFailures() {
  const std::lock_guard lock(mutex_);
  if (HasTooManyFailures()) work_.notify_all();
  return std::exchange(failures_, {});
}

std::vector<SourceProblem> ImageFeeder::DrainProblems() {
  const std::lock_guard lock(mutex_);
  return std::exchange(problems_, {});
}

FeederStatus ImageFeeder::CurrentStatus() const {
  const std::lock_guard lock(mutex_);
  FeederStatus status;
  status.images = stream_->Count();
  status.ready = schedule_.Ready();
  status.input_wait = input_wait_;
  if (waiting_since_) status.input_wait += clock_.Now() - *waiting_since_;
  status.decode_threads = governor_.active();
  status.most_threads = governor_.most();
  status.decoded = decoded_;
  status.busy = busy_;
  return status;
}

}  // namespace batchsizer::flow
