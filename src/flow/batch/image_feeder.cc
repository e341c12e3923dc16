#include "flow/batch/image_feeder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include "base/check.h"

namespace batchsizer::flow {
namespace {

constexpr int kMostThreads = 1024;

// How many rows the ring gets: as many as help, as few as fit.
Result<std::size_t> RowsFor(std::size_t row_bytes, const FeederOptions& options) {
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

}  // namespace

Result<std::unique_ptr<ImageFeeder>> ImageFeeder::Create(const ImageList& images,
                                                         const InputSpec& input,
                                                         const FeederOptions& options,
                                                         const Clock& clock) {
  std::vector<ImageLoader> loaders;
  for (int i = 0; i < std::clamp(options.decode_threads, 1, kMostThreads); ++i) {
    auto loader = ImageLoader::Create(input, options.preprocess, options.decode);
    if (!loader) return tl::unexpected(loader.error());
    loaders.push_back(*std::move(loader));
  }
  const auto rows = RowsFor(input.BytesPerRow(), options);
  if (!rows) return tl::unexpected(rows.error());
  auto ring = RowRing::Create(input.BytesPerRow(), *rows);
  if (!ring) return tl::unexpected(ring.error());
  std::unique_ptr<ImageFeeder> feeder(
      new ImageFeeder(images, *std::move(ring), *rows, options.largest_batch.value(), clock));
  if (auto started = feeder->Start(std::move(loaders)); !started) {
    return tl::unexpected(started.error());
  }
  return feeder;
}

ImageFeeder::ImageFeeder(const ImageList& images, RowRing ring, std::size_t rows, int largest_batch,
                         const Clock& clock)
    : images_(images),
      clock_(clock),
      ring_(std::move(ring)),
      largest_batch_(static_cast<std::size_t>(largest_batch)),
      schedule_(images.size(), rows) {
  taken_.reserve(largest_batch_);
}

ImageFeeder::~ImageFeeder() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  room_.notify_all();
}

Status ImageFeeder::Start(std::vector<ImageLoader> loaders) {
  try {
    for (ImageLoader& loader : loaders) {
      workers_.emplace_back([this, own = std::move(loader)]() mutable { Work(own); });
    }
  } catch (const std::system_error& error) {
    return MakeError(ErrorCode::kUnavailable,
                     fmt::format("decoding thread {} of {} cannot be started: {}",
                                 workers_.size() + 1, loaders.size(), error.what()));
  }
  return {};
}

void ImageFeeder::Work(ImageLoader& loader) {
  std::unique_lock lock(mutex_);
  while (true) {
    room_.wait(lock,
               [this] { return stopping_ || schedule_.CanClaim() || !schedule_.HasImages(); });
    if (stopping_ || !schedule_.CanClaim()) return;
    FillRow(schedule_.Claim(), loader, lock);
  }
}

void ImageFeeder::FillRow(RowSchedule::Job job, ImageLoader& loader,
                          std::unique_lock<std::mutex>& lock) {
  std::optional<std::size_t> image = job.image;
  while (image && !stopping_) {
    const std::string_view path = images_.Path(*image);
    lock.unlock();
    Status loaded = loader.Load(path.data(), ring_.Row(job.row));
    lock.lock();
    if (loaded) {
      schedule_.Filled(job.row);
      break;
    }
    failures_.push_back({*image, path, std::move(loaded.error())});
    image = schedule_.Failed(job.row);
  }
  while (const auto move = schedule_.CloseHole()) {
    std::memcpy(ring_.Row(move->to), ring_.Row(move->from), ring_.RowBytes());
  }
  const bool enough = wanted_ > 0 && schedule_.Ready() >= wanted_;
  if (enough || schedule_.Finished()) ready_.notify_one();
}

void ImageFeeder::WaitForRows(std::size_t wanted, std::unique_lock<std::mutex>& lock) {
  const auto served = [&] { return schedule_.Ready() >= wanted || schedule_.Finished(); };
  if (served()) return;
  const TimePoint began = clock_.Now();
  wanted_ = wanted;
  ready_.wait(lock, served);
  wanted_ = 0;
  input_wait_ += clock_.Now() - began;
}

Duration ImageFeeder::InputWait() const {
  const std::lock_guard lock(mutex_);
  return input_wait_;
}

std::span<const RowInfo> ImageFeeder::Take(int max_rows) {
  const auto wanted = static_cast<std::size_t>(max_rows);
  BATCHSIZER_CHECK(max_rows >= 1 && wanted <= largest_batch_);
  std::unique_lock lock(mutex_);
  WaitForRows(wanted, lock);
  const std::size_t count = std::min(wanted, schedule_.Ready());
  taken_.clear();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t image = schedule_.ImageOf(head_ + i);
    taken_.push_back({image, images_.Path(image)});
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
  room_.notify_all();
}

std::vector<ImageFailure> ImageFeeder::DrainFailures() {
  const std::lock_guard lock(mutex_);
  return std::exchange(failures_, {});
}

}  // namespace batchsizer::flow
