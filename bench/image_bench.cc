// How much of a core preparing photos takes: images a second, one thread, files
// already in memory, for a 224 x 224 model.
//
//   BareScaledDecode          TurboJPEG alone, at the scale that we choose
//   DecodeResizeNormalise/x   the whole way into a row of the batch tensor
//   ResizeNormalise           what comes on top of decoding
//   Feeder/threads            the same through the feeder, files read from disk
//
// bare_share = the way's images a second over TurboJPEG's alone, file by file in
// turns and in processor time, so that a busy machine troubles neither.
#include <benchmark/benchmark.h>
#include <turbojpeg.h>
#include <unistd.h>

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

void DecodeResizeNormalise(benchmark::State& state, ElementType type, ImageLayout layout) {
  const InputSpec input = Input(type, layout);
  Preprocessor preprocessor = MakePreprocessor(input);
  ImageDecoder decoder{DecodeOptions{}};
  BareDecoder bare;
  std::vector<std::byte> row(input.BytesPerRow());
  double bare_time = 0;
  double whole_time = 0;
  std::size_t i = 0;
  for (auto _ : state) {
    const auto file = Photos().File(i++);
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
BENCHMARK(ResizeNormalise);
BENCHMARK(Feeder)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace batchsizer::flow

BENCHMARK_MAIN();
