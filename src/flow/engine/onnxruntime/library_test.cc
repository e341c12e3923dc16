#include "flow/engine/onnxruntime/library.h"

#include <gmock/gmock.h>

#include "flow/engine/onnxruntime/ort_error.h"

namespace batchsizer::flow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(OnnxRuntimeLibrary, LooksBesideTheProgramThenWhereTheBuildFoundIt) {
  const auto candidates = LibraryCandidates(nullptr, "/opt/b/bin/batchsizer");
  ASSERT_EQ(candidates.size(), 5U);
  EXPECT_EQ(candidates[0], "/opt/b/lib/batchsizer/libonnxruntime.so.1");
  EXPECT_EQ(candidates[1], "/opt/b/lib/batchsizer/libonnxruntime.so");
  EXPECT_THAT(candidates[2], HasSubstr("onnxruntime"));
  EXPECT_EQ(candidates[3], "libonnxruntime.so.1");
}

TEST(OnnxRuntimeLibrary, TheUsersOwnFolderIsTheOnlyOne) {
  EXPECT_THAT(LibraryCandidates("/my/ort", "/opt/b/bin/batchsizer"),
              ElementsAre("/my/ort/lib/libonnxruntime.so.1", "/my/ort/lib/libonnxruntime.so"));
}

TEST(OnnxRuntimeLibrary, OpensTheFirstThatIsThere) {
  const auto& library = LoadOnnxRuntime();
  ASSERT_TRUE(library) << library.error().message;
  const auto opened = OpenLibrary({"/none/libonnxruntime.so.1", library->path});
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->path, library->path);
  EXPECT_NE(opened->api, nullptr);
  EXPECT_THAT(opened->version, HasSubstr("1."));
}

TEST(OnnxRuntimeLibrary, MissingLibrarySaysWhatWasTriedAndHowToGetIt) {
  const auto library = OpenLibrary({"/none/libonnxruntime.so.1"});
  ASSERT_FALSE(library);
  EXPECT_EQ(library.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(library.error().message, HasSubstr("/none/libonnxruntime.so.1"));
  EXPECT_THAT(library.error().message, HasSubstr("BATCHSIZER_ONNXRUNTIME_ROOT"));
}

TEST(OnnxRuntimeLibrary, AnotherLibraryIsNotTakenForIt) {
  const auto library = OpenLibrary({"libm.so.6"});
  ASSERT_FALSE(library);
  EXPECT_THAT(library.error().message, HasSubstr("not ONNX Runtime"));
}

TEST(OrtError, KnowsTheRuntimesWaysToRunOutOfMemory) {
  EXPECT_TRUE(MeansOutOfMemory("bfc_arena.cc Failed to allocate memory for requested buffer"));
  EXPECT_TRUE(MeansOutOfMemory("std::bad_alloc"));
  EXPECT_TRUE(MeansOutOfMemory("CUDA failure 2: out of memory"));
  EXPECT_TRUE(MeansOutOfMemory("CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED"));
  EXPECT_FALSE(MeansOutOfMemory("Got invalid dimensions for input"));
}

TEST(OrtError, KeepsOneLine) {
  const auto error = FromOrt("running", std::runtime_error("first\nstack\ntrace"));
  EXPECT_EQ(error.value().message, "running: first");
  EXPECT_EQ(error.value().code, ErrorCode::kInternal);
}

}  // namespace
}  // namespace batchsizer::flow
