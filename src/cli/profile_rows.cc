#include "cli/profile_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <random>

#include "base/usable_cpus.h"
#include "batchsizer/clock.h"
#include "flow/batch/image_feeder.h"
#include "flow/image/half.h"
#include "flow/source/image_source.h"

namespace batchsizer::cli {
namespace {

constexpr int kDecodedAtOnce = 16;

// In [0, 1): where most networks have their pixels, or not far off.
float AnyNumber(std::mt19937& random) { return static_cast<float>(random() >> 8U) * 0x1.0p-24F; }

void PutNumber(std::byte* to, ElementType type, std::mt19937& random) {
  if (type == ElementType::kFloat32) {
    const float number = AnyNumber(random);
    std::memcpy(to, &number, sizeof number);
  } else if (type == ElementType::kFloat16) {
    const std::uint16_t number = flow::ToHalf(AnyNumber(random));
    std::memcpy(to, &number, sizeof number);
  } else {
    *to = static_cast<std::byte>(random() >> 24U);
  }
}

}  // namespace

Result<ProfileRows> ProfileRows::Create(const InputSpec& input, const ProfileRowsOptions& options) {
  ProfileRows rows;
  const std::size_t bytes = input.BytesPerRow() * static_cast<std::size_t>(options.count.value());
  rows.bytes_.reset(new (std::nothrow) std::byte[bytes]);
  if (!rows.bytes_) {
    return MakeError(ErrorCode::kOutOfMemory,
                     fmt::format("there is no memory for a batch of {} images ({} MiB)",
                                 options.count.value(), bytes >> 20U));
  }
  if (options.images.empty()) {
    rows.Randomise(input, options);
  } else if (auto ok = rows.Decode(input, options); !ok) {
    return Annotate("--images", ok.error());
  }
  return rows;
}

void ProfileRows::Randomise(const InputSpec& input, const ProfileRowsOptions& options) {
  std::mt19937 random(static_cast<std::mt19937::result_type>(options.seed));
  const std::size_t size = SizeOf(input.type);
  for (std::size_t i = 0; i < input.ElementsPerRow(); ++i) {
    PutNumber(bytes_.get() + i * size, input.type, random);
  }
  images_ = 1;
  Repeat(input.BytesPerRow(), static_cast<std::size_t>(options.count.value()));
  images_ = 0;
}

Status ProfileRows::Decode(const InputSpec& input, const ProfileRowsOptions& options) {
  auto source = flow::OpenImageSource(options.images);
  if (!source) return tl::unexpected(source.error());
  const auto wanted = static_cast<std::size_t>(options.count.value());
  flow::FeederOptions feeding;
  feeding.decode_threads = base::UsableCpus();
  feeding.automatic = true;
  feeding.largest_batch = BatchSize(kDecodedAtOnce);
  feeding.memory_limit_bytes = std::max(options.memory_bytes, kDecodedAtOnce * input.BytesPerRow());
  const SteadyClock clock;
  auto stream = std::make_unique<flow::ImageStream>(std::move(*source),
                                                    flow::StreamOptions{.most_images = wanted});
  auto feeder = flow::ImageFeeder::Create(std::move(stream), input, feeding, clock);
  if (!feeder) return tl::unexpected(feeder.error());
  if (auto first = (*feeder)->WaitForFirst(); !first) return first;
  const auto note_failures = [&] {
    for (auto& failure : (*feeder)->DrainFailures()) {
      failures_.push_back(fmt::format("{}: {}", failure.path, failure.error.message));
    }
    return true;
  };
  while (images_ < wanted) {
    const auto most = std::min<std::size_t>(kDecodedAtOnce, wanted - images_);
    const auto taken = (*feeder)->Take(static_cast<int>(most), note_failures).size();
    if (taken == 0) break;
    std::memcpy(bytes_.get() + images_ * input.BytesPerRow(), (*feeder)->Data(),
                taken * input.BytesPerRow());
    images_ += taken;
    (*feeder)->Release(static_cast<int>(taken));
  }
  note_failures();
  if (images_ == 0) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: none of its images can be used", options.images));
  }
  Repeat(input.BytesPerRow(), wanted);
  return {};
}

// The first images_ rows again and again, up to rows.
void ProfileRows::Repeat(std::size_t row_bytes, std::size_t rows) {
  for (std::size_t row = images_; row < rows; ++row) {
    std::memcpy(bytes_.get() + row * row_bytes, bytes_.get() + (row - images_) * row_bytes,
                row_bytes);
  }
}

}  // namespace batchsizer::cli
