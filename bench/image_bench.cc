// How much of a core preparing photos takes: images a second, one thread, files
// already in memory, for a 224 x 224 model.
//
//   BareScaledDecode          TurboJPEG alone, at the scale that we choose
//   DecodeResizeNormalise/x   the whole way into a row of the batch tensor
//   DecodeResizeNormalise/camera_x   the same for photos of 4000 x 3000 pixels
//   ResizeNormalise           what comes on top of decoding
//   Feeder/threads            the same through the feeder, files read from disk
//
// bare_share = the way's images a second over TurboJPEG's alone, file by file in
// turns and in processor time, so that a busy machine troubles neither.
#include <benchmark/benchmark.h>
#include <turbojpeg.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "batchsizer/clock.h"
#include "flow/batch/image_feeder.h"
#include "flow/image/decode.h"
#include "flow/image/jpeg_decoder.h"
#include "flow/image/preprocess.h"
#include "flow/image/synthetic.h"

namespace batchsizer::flow {
namespace {

constexpr int kPhotos = 64;

// Made once, removed at the end of the program.
class PhotoFolder {
 public:
  PhotoFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "batchsizer-bench-XXXXXX").string();
    BATCHSIZER_CHECK(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    BATCHSIZER_CHECK(WriteSyntheticPhotos(path_, kPhotos, 1));
    const auto source = *OpenImageSource(path_);
    for (ImageItem photo; source->Next(photo, {});) {
      names_.push_back(photo.name);
      files_.push_back(*base::ReadFile(photo.name));
    }
  }
  ~PhotoFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  PhotoFolder(const PhotoFolder&) = delete;
  PhotoFolder& operator=(const PhotoFolder&) = delete;

  [[nodiscard]] std::span<const std::uint8_t> File(std::size_t i) const {
    const std::string& file = files_[i % files_.size()];
    return {reinterpret_cast<const std::uint8_t*>(file.data()), file.size()};
  }
  [[nodiscard]] const std::vector<std::string>& Names() const { return names_; }

 private:
  std::string path_;
  std::vector<std::string> names_;
  std::vector<std::string> files_;
};

const PhotoFolder& Photos() {
  static const PhotoFolder kFolder;
  return kFolder;
}

std::string Compressed(const std::vector<std::uint8_t>& rgb, int width, int height) {
  const std::unique_ptr<void, int (*)(void*)> handle(tjInitCompress(), &tjDestroy);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;  // TurboJPEG's type
  constexpr int kQuality = 90;
  BATCHSIZER_CHECK(tjCompress2(handle.get(), rgb.data(), width, 0, height, TJPF_RGB, &bytes, &size,
                               TJSAMP_420, kQuality, 0) == 0);
  std::string file(reinterpret_cast<const char*>(bytes), size);
  tjFree(bytes);
  return file;
}

// A photo of a camera's size, a few MiB: a small one enlarged, with a sensor's
// noise on every pixel.
std::string MakeCameraPhoto(int index) {
  constexpr int kWidth = 4000;
  constexpr int kHeight = 3000;
  const SyntheticPhoto small = MakeSyntheticPhoto(2, index);
  std::vector<std::uint8_t> rgb(std::size_t{kWidth} * kHeight * 3);
  std::uint32_t noise = 1;
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const int from = y * small.height / kHeight * small.width + x * small.width / kWidth;
      for (int c = 0; c < 3; ++c) {
        noise = noise * 1'664'525U + 1'013'904'223U;
        const int value =
            small.rgb[static_cast<std::size_t>(from) * 3 + static_cast<std::size_t>(c)] +
            static_cast<int>(noise >> 28U) - 8;
        rgb[(static_cast<std::size_t>(y) * kWidth + static_cast<std::size_t>(x)) * 3 +
            static_cast<std::size_t>(c)] = static_cast<std::uint8_t>(std::clamp(value, 0, 255));
      }
    }
  }
  return Compressed(rgb, kWidth, kHeight);
}

std::span<const std::uint8_t> AsBytes(const std::string& file) {
  return {reinterpret_cast<const std::uint8_t*>(file.data()), file.size()};
}

std::span<const std::uint8_t> CameraPhoto(std::size_t i) {
  static const std::vector<std::string> kPhotoFiles{MakeCameraPhoto(0), MakeCameraPhoto(1),
                                                    MakeCameraPhoto(2), MakeCameraPhoto(3)};
  return AsBytes(kPhotoFiles[i % kPhotoFiles.size()]);
}

InputSpec Input(ElementType type, ImageLayout layout) {
  return {"input", type, layout, 3, 224, 224};
}

Preprocessor MakePreprocessor(const InputSpec& input) {
  return *Preprocessor::Create(input, PreprocessOptions{});
}

// What a program does that calls TurboJPEG and nothing else.
class BareDecoder {
 public:
  void Decode(std::span<const std::uint8_t> file, Cover cover) {
    int width = 0;
    int height = 0;
    int subsampling = 0;
    int colorspace = 0;
    tjDecompressHeader3(handle_.get(), file.data(), file.size(), &width, &height, &subsampling,
                        &colorspace);
    const tjscalingfactor scale{1, ShrinkFactor(width, height, cover)};
    width = TJSCALED(width, scale);
    height = TJSCALED(height, scale);
    const auto size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3;
    if (pixels_.size() < size) pixels_.resize(size);
    tjDecompress2(handle_.get(), file.data(), file.size(), pixels_.data(), width, 0, height,
                  TJPF_RGB, 0);
    benchmark::DoNotOptimize(pixels_.data());
  }

 private:
  std::unique_ptr<void, int (*)(void*)> handle_{tjInitDecompress(), &tjDestroy};
  std::vector<std::uint8_t> pixels_;
};

void BareScaledDecode(benchmark::State& state) {
  BareDecoder decoder;
  const Cover cover = MakePreprocessor(Input(ElementType::kFloat32, ImageLayout::kNchw)).Needed();
  std::size_t i = 0;
  for (auto _ : state) decoder.Decode(Photos().File(i++), cover);
  state.SetItemsProcessed(state.iterations());
}

double ThreadSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::span<const std::uint8_t> SmallPhoto(std::size_t i) { return Photos().File(i); }

void DecodeResizeNormalise(benchmark::State& state, ElementType type, ImageLayout layout,
                           std::span<const std::uint8_t> (*photo)(std::size_t) = &SmallPhoto) {
  const InputSpec input = Input(type, layout);
  Preprocessor preprocessor = MakePreprocessor(input);
  ImageDecoder decoder{DecodeOptions{}};
  BareDecoder bare;
  std::vector<std::byte> row(input.BytesPerRow());
  double bare_time = 0;
  double whole_time = 0;
  std::size_t i = 0;
  for (auto _ : state) {
    const auto file = photo(i++);
    const double began = ThreadSeconds();
    bare.Decode(file, preprocessor.Needed());
    const double middle = ThreadSeconds();
    preprocessor.Run(*decoder.Decode(file, preprocessor.Needed()), row.data());
    const double ended = ThreadSeconds();
    benchmark::DoNotOptimize(row.data());
    bare_time += middle - began;
    whole_time += ended - middle;
    state.SetIterationTime(ended - middle);
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["bare_share"] = bare_time / whole_time;
}

void ResizeNormalise(benchmark::State& state) {
  const InputSpec input = Input(ElementType::kFloat32, ImageLayout::kNchw);
  Preprocessor preprocessor = MakePreprocessor(input);
  const SyntheticPhoto photo = MakeSyntheticPhoto(1, 0);
  const RgbImage image{photo.rgb.data(), photo.width, photo.height};
  std::vector<std::byte> row(input.BytesPerRow());
  for (auto _ : state) {
    preprocessor.Run(image, row.data());
    benchmark::DoNotOptimize(row.data());
  }
  state.SetItemsProcessed(state.iterations());
}

void Feeder(benchmark::State& state) {
  const SteadyClock clock;
  FeederOptions options;
  options.decode_threads = static_cast<int>(state.range(0));
  options.largest_batch = BatchSize(16);
  std::size_t rows = 0;
  for (auto _ : state) {
    auto stream =
        std::make_unique<ImageStream>(ListedImages(Photos().Names()), StreamOptions{.repeat = 4});
    const auto feeder = *ImageFeeder::Create(
        std::move(stream), Input(ElementType::kFloat32, ImageLayout::kNchw), options, clock);
    for (auto taken = feeder->Take(16); !taken.empty(); taken = feeder->Take(16)) {
      rows += taken.size();
      feeder->Release(static_cast<int>(taken.size()));
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(rows));
}

BENCHMARK(BareScaledDecode);
BENCHMARK_CAPTURE(DecodeResizeNormalise, float32_nchw, ElementType::kFloat32, ImageLayout::kNchw)
    ->UseManualTime();
BENCHMARK_CAPTURE(DecodeResizeNormalise, float32_nhwc, ElementType::kFloat32, ImageLayout::kNhwc)
    ->UseManualTime();
BENCHMARK_CAPTURE(DecodeResizeNormalise, float16_nchw, ElementType::kFloat16, ImageLayout::kNchw)
    ->UseManualTime();
BENCHMARK_CAPTURE(DecodeResizeNormalise, uint8_nhwc, ElementType::kUint8, ImageLayout::kNhwc)
    ->UseManualTime();
BENCHMARK_CAPTURE(DecodeResizeNormalise, camera_float32_nchw, ElementType::kFloat32,
                  ImageLayout::kNchw, &CameraPhoto)
    ->UseManualTime();
BENCHMARK(ResizeNormalise);
BENCHMARK(Feeder)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace batchsizer::flow

BENCHMARK_MAIN();
