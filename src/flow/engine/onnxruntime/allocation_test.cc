// Counts what our engine allocates in a steady loop, next to what ONNX Runtime
// allocates by itself when its C++ interface is called bare.
#include <gtest/gtest.h>
#include <onnxruntime_cxx_api.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <map>
#include <memory>
#include <new>
#include <utility>
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

constexpr int kRows = 512;
constexpr std::array<int, 3> kBatches = {1, 8, 5};
constexpr std::size_t kRowElements = std::size_t{3} * kTinySide * kTinySide;

// Takes batches as they follow one another in a ring of kRows images, until it
// is back where it began. take: called with the first row and the batch size.
template <typename Take>
void Lap(Take take) {
  int row = 0;
  do {
    for (const int batch : kBatches) {
      take(row, batch);
      row = (row + batch) % kRows;
    }
  } while (row != 0);
}

template <typename Take>
long AllocationsOnceWarm(Take take) {
  Lap(take);
  const long before = g_allocations.load();
  for (int i = 0; i < 2; ++i) Lap(take);
  return g_allocations.load() - before;
}

// The rows of the ring; behind them those of its start again.
std::vector<float> Ring() { return std::vector<float>((kRows + 8) * kRowElements, 0.5F); }

const float* RowOf(const std::vector<float>& ring, int row) {
  return ring.data() + static_cast<std::size_t>(row) * kRowElements;
}

std::unique_ptr<Engine> Open(const TinyNet& net) {
  const std::string model = Build(net).Serialise();
  auto engine = CreateOnnxRuntimeEngine(
      {.model_bytes = std::as_bytes(std::span(model)), .model_name = "tiny", .threads = 1});
  EXPECT_TRUE(engine && (*engine)->Prepare(BatchSize(8)));
  return engine ? *std::move(engine) : nullptr;
}

void RunAt(Engine& engine, const std::vector<float>& ring, int row, int batch) {
  EXPECT_TRUE(engine.Run({.data = RowOf(ring, row), .size = BatchSize(batch)}));
}

Ort::Value Wrap(const Ort::MemoryInfo& host, const float* values, std::vector<std::int64_t> dims) {
  std::size_t count = 1;
  for (const std::int64_t dim : dims) count *= static_cast<std::size_t>(dim);
  return Ort::Value::CreateTensor<float>(host, const_cast<float*>(values), count, dims.data(),
                                         dims.size());
}

// The leanest loop that the interface allows: every handle made beforehand.
long CountBare(const std::vector<float>& ring) {
  const std::string model = Build(TinyNet{}).Serialise();
  const Ort::Env env(ORT_LOGGING_LEVEL_FATAL, "bare");
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(1);
  Ort::Session session(env, model.data(), model.size(), options);
  const auto host = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  const std::vector<float> scores(std::size_t{8} * kTinyClasses);
  std::map<std::pair<int, int>, Ort::Value> inputs;
  std::map<int, Ort::Value> outputs;
  Lap([&](int row, int batch) {
    inputs.try_emplace({row, batch},
                       Wrap(host, RowOf(ring, row), {batch, 3, kTinySide, kTinySide}));
    outputs.try_emplace(batch, Wrap(host, scores.data(), {batch, kTinyClasses}));
  });
  const char* input = "images";
  const char* output = "scores";
  return AllocationsOnceWarm([&](int row, int batch) {
    session.Run(Ort::RunOptions{nullptr}, &input, &inputs.at({row, batch}), 1, &output,
                &outputs.at(batch), 1);
  });
}

TEST(OnnxRuntimeEngine, AllocatesNoMoreThanOnnxRuntimeItselfOnceARingIsKnown) {
  ASSERT_TRUE(LoadOnnxRuntime());
  const std::vector<float> ring = Ring();
  const auto engine = Open({});
  ASSERT_TRUE(engine);
  const long bare = CountBare(ring);
  const long ours =
      AllocationsOnceWarm([&](int row, int batch) { RunAt(*engine, ring, row, batch); });
  EXPECT_GT(bare, 0);
  EXPECT_LE(ours, bare);
  RecordProperty("bare_allocations", std::to_string(bare));
}

TEST(OnnxRuntimeEngine, PaddingAFixedBatchAllocatesNothingMore) {
  const std::vector<float> ring = Ring();
  const auto engine = Open({.batch = 8});
  ASSERT_TRUE(engine);
  const auto count = [&](int batch) {
    const long before = g_allocations.load();
    RunAt(*engine, ring, 0, batch);
    return g_allocations.load() - before;
  };
  count(8);
  const long full = count(8);
  count(3);  // makes the handle of the padded batch
  EXPECT_EQ(count(5), full);
}

// A caller that never comes back to a place costs a handle a batch, no more.
TEST(OnnxRuntimeEngine, ANewPlaceCostsAHandleAndNoBuffer) {
  const std::vector<float> ring = Ring();
  const auto engine = Open({});
  ASSERT_TRUE(engine);
  const auto count = [&](int row) {
    const long before = g_allocations.load();
    RunAt(*engine, ring, row, 8);
    return g_allocations.load() - before;
  };
  count(0);
  const long known = count(0);
  EXPECT_LE(count(1), known + 8);
}

TEST(AllocationCount, SeesAnAllocation) {
  const long before = g_allocations.load();
  std::vector<int> one(1, 7);
  EXPECT_EQ(one.back(), 7);
  EXPECT_GT(g_allocations.load(), before);
}

}  // namespace
}  // namespace batchsizer::flow
