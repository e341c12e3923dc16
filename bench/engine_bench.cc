// What our engine costs over ONNX Runtime used bare, through its own C++
// interface, with the same options and threads, on MobileNetV1 1.0 224.
//
// The two take turns, batch by batch, and neighbours in time are compared, so
// that a slower or faster minute of the machine hits both. A row shows the
// median images/s of each, and the median of the ratios with their lowest and
// highest; wanted is at least 0.99. The row's own time is that of our engine.
#include <benchmark/benchmark.h>
#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/usable_cpus.h"
#include "flow/engine/onnxruntime/library.h"
#include "flow/engine/onnxruntime/onnxruntime_engine.h"
#include "flow/model/zoo_networks.h"

namespace batchsizer::flow {
namespace {

constexpr int kLargest = 32;
constexpr std::int64_t kClasses = 1001;
constexpr std::int64_t kSide = 224;

int Threads() { return base::UsableCpus(); }

double SecondsOf(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The session as a user of ONNX Runtime would write it.
class Bare {
 public:
  Bare(const std::string& model, std::vector<float>& images)
      : env_(ORT_LOGGING_LEVEL_FATAL, "bare"),
        session_(env_, model.data(), model.size(), Options()),
        host_(Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault)),
        images_(images),
        scores_(std::size_t{kLargest} * kClasses) {}

  void Run(int batch) {
    const std::array<std::int64_t, 4> in = {batch, 3, kSide, kSide};
    const std::array<std::int64_t, 2> out = {batch, kClasses};
    const auto input =
        Ort::Value::CreateTensor<float>(host_, images_.data(), Count(in), in.data(), in.size());
    auto output =
        Ort::Value::CreateTensor<float>(host_, scores_.data(), Count(out), out.data(), out.size());
    const char* input_name = "input";
    const char* output_name = "scores";
    session_.Run(Ort::RunOptions{nullptr}, &input_name, &input, 1, &output_name, &output, 1);
    benchmark::DoNotOptimize(scores_.data());
  }

 private:
  static Ort::SessionOptions Options() {
    Ort::SessionOptions options;
    options.SetIntraOpNumThreads(Threads());
    options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
    options.AddConfigEntry("session.intra_op.allow_spinning", "0");
    return options;
  }
  template <typename Dims>
  static std::size_t Count(const Dims& dims) {
    return static_cast<std::size_t>(
        std::accumulate(dims.begin(), dims.end(), std::int64_t{1}, std::multiplies<>()));
  }

  Ort::Env env_;
  Ort::Session session_;
  Ort::MemoryInfo host_;
  std::vector<float>& images_;
  std::vector<float> scores_;
};

// Both sides.
struct Rivals {
  std::vector<float> images = std::vector<float>(std::size_t{kLargest} * 3 * kSide * kSide, 0.5F);
  std::unique_ptr<Engine> ours;
  std::unique_ptr<Bare> bare;

  Rivals() {
    const std::string model = MakeZooNetwork("mobilenet-v1", 1).value().Serialise();
    auto engine = CreateOnnxRuntimeEngine({.model_bytes = std::as_bytes(std::span(model)),
                                           .model_name = "mobilenet-v1",
                                           .threads = Threads()});
    if (!engine) {
      std::fprintf(stderr, "engine_bench: %s\n", engine.error().message.c_str());
      std::exit(1);
    }
    ours = std::move(*engine);
    bare = std::make_unique<Bare>(model, images);
  }
};

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void RunOurs(Rivals& rivals, int batch, benchmark::State& state) {
  const auto out = rivals.ours->Run({.data = rivals.images.data(), .size = BatchSize(batch)});
  if (!out) state.SkipWithError(out.error().message.c_str());
}

struct Times {
  std::vector<double> ours;
  std::vector<double> bare;

  [[nodiscard]] double Ratio() const {
    std::vector<double> ratios(ours.size());
    std::transform(bare.begin(), bare.end(), ours.begin(), ratios.begin(), std::divides<>());
    return Median(std::move(ratios));
  }
};

Times Compare(int batch, int batches, benchmark::State& state) {
  Rivals rivals;
  const auto run_ours = [&] { RunOurs(rivals, batch, state); };
  const auto run_bare = [&] { rivals.bare->Run(batch); };
  for (int i = 0; i < 3; ++i) {  // the first runs at a new size are slower
    run_ours();
    run_bare();
  }
  Times times;
  for (int i = 0; i < batches; ++i) {
    const bool ours_first = i % 2 == 0;
    if (!ours_first) times.bare.push_back(SecondsOf(run_bare));
    times.ours.push_back(SecondsOf(run_ours));
    if (ours_first) times.bare.push_back(SecondsOf(run_bare));
  }
  return times;
}

// An iteration is a pair of sessions, made anew: where a session's memory happens to
// lie moves its speed by a few per cent, either way.
void EngineAgainstBare(benchmark::State& state) {
  const int batch = static_cast<int>(state.range(0));
  const int batches = static_cast<int>(state.range(1));
  std::vector<double> ours;
  std::vector<double> bare;
  std::vector<double> ratios;
  for (auto _ : state) {
    Times times = Compare(batch, batches, state);
    ratios.push_back(times.Ratio());
    ours.push_back(Median(std::move(times.ours)));
    bare.push_back(Median(std::move(times.bare)));
    state.SetIterationTime(ours.back());
  }
  const auto [lowest, highest] = std::minmax_element(ratios.begin(), ratios.end());
  state.counters["lowest"] = *lowest;
  state.counters["highest"] = *highest;
  state.counters["images_per_s"] = batch / Median(std::move(ours));
  state.counters["bare_images_per_s"] = batch / Median(std::move(bare));
  state.counters["ratio_to_bare"] = Median(std::move(ratios));
}
// Every row takes some ten seconds.
#define ENGINE_AGAINST_BARE(batch, batches) \
  BENCHMARK(EngineAgainstBare)              \
      ->ArgNames({"batch", "batches"})      \
      ->Args({batch, batches})              \
      ->Iterations(15)                      \
      ->UseManualTime()                     \
      ->Unit(benchmark::kMillisecond)
ENGINE_AGAINST_BARE(1, 80);
ENGINE_AGAINST_BARE(8, 12);
ENGINE_AGAINST_BARE(kLargest, 4);

}  // namespace
}  // namespace batchsizer::flow

BENCHMARK_MAIN();
