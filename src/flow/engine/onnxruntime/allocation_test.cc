// Counts what our engine allocates in a steady loop, next to what ONNX Runtime
// allocates by itself when its C++ interface is called bare.
#include <gtest/gtest.h>
#include <onnxruntime_cxx_api.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

#include "flow/engine/onnxruntime/library.h"
#include "flow/engine/onnxruntime/onnxruntime_engine.h"
#include "flow/model/test_models.h"

namespace {
std::atomic<long> g_allocations{0};

void* Count(std::size_t size) {
  g_allocations.fetch_add(1, std::memory_order_relaxed);
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) std::abort();
  return memory;
}
}  // namespace

// ONNX Runtime's own calls come here too: the loader binds them to the program's.
void* operator new(std::size_t size) { return Count(size); }
void* operator new[](std::size_t size) { return Count(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace batchsizer::flow {
namespace {

constexpr int kRuns = 50;
constexpr std::array<int, 3> kBatches = {1, 8, 5};

// Runs each batch size a few times, then counts kRuns rounds over all of them.
template <typename Run>
long AllocationsOnceWarm(Run run) {
  const auto round = [&] {
    for (const int batch : kBatches) run(batch);
  };
  for (int i = 0; i < 5; ++i) round();
  const long before = g_allocations.load();
  for (int i = 0; i < kRuns; ++i) round();
  return g_allocations.load() - before;
}

long CountOurs(const std::string& model, const std::vector<float>& images) {
  auto engine = CreateOnnxRuntimeEngine(
      {.model_bytes = std::as_bytes(std::span(model)), .model_name = "tiny", .threads = 1});
  if (!engine || !(*engine)->Prepare(BatchSize(8))) return -1;
  return AllocationsOnceWarm([&](int batch) {
    const auto out = (*engine)->Run({.data = images.data(), .size = BatchSize(batch)});
    EXPECT_TRUE(out);
  });
}

Ort::Value Wrap(const Ort::MemoryInfo& host, std::vector<float>& values,
                std::vector<std::int64_t> dims) {
  std::size_t count = 1;
  for (const std::int64_t dim : dims) count *= static_cast<std::size_t>(dim);
  return Ort::Value::CreateTensor<float>(host, values.data(), count, dims.data(), dims.size());
}

// The leanest loop that the interface allows: every handle made beforehand.
long CountBare(const std::string& model, std::vector<float>& images) {
  const Ort::Env env(ORT_LOGGING_LEVEL_FATAL, "bare");
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(1);
  Ort::Session session(env, model.data(), model.size(), options);
  const auto host = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  std::vector<float> scores(std::size_t{8} * kTinyClasses);
  std::vector<Ort::Value> inputs;
  std::vector<Ort::Value> outputs;
  for (int batch = 0; batch <= 8; ++batch) {
    inputs.push_back(Wrap(host, images, {batch, 3, kTinySide, kTinySide}));
    outputs.push_back(Wrap(host, scores, {batch, kTinyClasses}));
  }
  const char* input = "images";
  const char* output = "scores";
  return AllocationsOnceWarm([&](int batch) {
    const auto at = static_cast<std::size_t>(batch);
    session.Run(Ort::RunOptions{nullptr}, &input, &inputs[at], 1, &output, &outputs[at], 1);
  });
}

TEST(OnnxRuntimeEngine, AllocatesNoMoreThanOnnxRuntimeItselfOnceWarm) {
  ASSERT_TRUE(LoadOnnxRuntime());
  const std::string model = Build(TinyNet{}).Serialise();
  std::vector<float> images(std::size_t{8} * 3 * kTinySide * kTinySide, 0.5F);
  const long bare = CountBare(model, images);
  const long ours = CountOurs(model, images);
  EXPECT_GE(ours, 0);
  EXPECT_LE(ours, bare);
  RecordProperty("bare_allocations", std::to_string(bare));
}

TEST(AllocationCount, SeesAnAllocation) {
  const long before = g_allocations.load();
  std::vector<int> one(1, 7);
  EXPECT_EQ(one.back(), 7);
  EXPECT_GT(g_allocations.load(), before);
}

}  // namespace
}  // namespace batchsizer::flow
