// The rival of `run` in bench/run_bench.py: ONNX Runtime used bare, in a process of
// its own, with one prepared batch run over and over. Nothing is read or decoded.
//
//   bare_engine MODEL.onnx THREADS BATCH BATCHES     on 224 x 224 RGB images
//
// Prints one JSON object: images_per_s and peak_rss_kib.
#include <onnxruntime_cxx_api.h>
#include <sys/resource.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "flow/engine/onnxruntime/library.h"

namespace {

constexpr std::int64_t kSide = 224;
constexpr std::size_t kPixels = std::size_t{3} * kSide * kSide;

Ort::SessionOptions Options(int threads) {
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(threads);
  options.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
  options.AddConfigEntry("session.intra_op.allow_spinning", "0");
  return options;
}

void RunOnce(Ort::Session& session, std::vector<float>& images, int batch) {
  const auto host = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  const std::array<std::int64_t, 4> shape = {batch, 3, kSide, kSide};
  const auto input = Ort::Value::CreateTensor<float>(host, images.data(), images.size(),
                                                     shape.data(), shape.size());
  const char* const input_name = "input";
  const char* const output_name = "scores";
  const auto output =
      session.Run(Ort::RunOptions{nullptr}, &input_name, &input, 1, &output_name, 1);
  if (output.size() != 1) std::abort();
}

double Seconds(Ort::Session& session, std::vector<float>& images, int batch, int batches) {
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < batches; ++i) RunOnce(session, images, batch);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

int Measure(char** argv) {
  const auto& library = batchsizer::flow::LoadOnnxRuntime();
  if (!library) {
    std::fprintf(stderr, "bare_engine: %s\n", library.error().message.c_str());
    return 1;
  }
  Ort::InitApi(library->api);
  const int batch = std::atoi(argv[3]);
  const int batches = std::atoi(argv[4]);
  const Ort::Env env(ORT_LOGGING_LEVEL_FATAL, "bare");
  Ort::Session session(env, argv[1], Options(std::atoi(argv[2])));
  std::vector<float> images(static_cast<std::size_t>(batch) * kPixels, 0.5F);
  (void)Seconds(session, images, batch, 1);  // the first run at a size is slower
  const double seconds = Seconds(session, images, batch, batches);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("{\"images_per_s\": %.3f, \"peak_rss_kib\": %ld}\n", batch * batches / seconds,
              usage.ru_maxrss);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc == 5) return Measure(argv);
    std::fputs("usage: bare_engine MODEL.onnx THREADS BATCH BATCHES\n", stderr);
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bare_engine: %s\n", error.what());
    return 1;
  }
}
