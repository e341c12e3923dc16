#include "flow/engine/onnxruntime/library.h"

#include <gmock/gmock.h>
#include <onnxruntime_cxx_api.h>

#include <stdexcept>

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
  const auto error = FromOrt("running", std::runtime_error("first\nsecond"));
  EXPECT_EQ(error.value().message, "running: first second");
  EXPECT_EQ(error.value().code, ErrorCode::kInternal);
}

ErrorCode CodeOfRefusal(const char* message, OrtErrorCode code) {
  return RefuseModel("loading", Ort::Exception(message, code)).value().code;
}

TEST(OrtError, ModelsAreToBlameForWhatTheyAreToBlameFor) {
  ASSERT_TRUE(LoadOnnxRuntime());
  EXPECT_EQ(CodeOfRefusal("not a registered op", ORT_FAIL), ErrorCode::kUnsupported);
  EXPECT_EQ(CodeOfRefusal("no such kernel", ORT_NOT_IMPLEMENTED), ErrorCode::kUnsupported);
  EXPECT_EQ(CodeOfRefusal("is not a graph", ORT_INVALID_GRAPH), ErrorCode::kInvalidInput);
  EXPECT_EQ(CodeOfRefusal("no file", ORT_NO_SUCHFILE), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOfRefusal("CUDA failure 2: out of memory", ORT_FAIL), ErrorCode::kOutOfMemory);
  EXPECT_EQ(CodeOfRefusal("CUDA failure 100: no device", ORT_FAIL), ErrorCode::kUnavailable);
  EXPECT_EQ(CodeOfRefusal("provider failed", ORT_EP_FAIL), ErrorCode::kUnavailable);
  EXPECT_EQ(CodeOfRefusal("pthread_create failed", ORT_FAIL), ErrorCode::kInternal);
  EXPECT_EQ(RefuseModel("loading", std::runtime_error("?")).value().code, ErrorCode::kInternal);
}

}  // namespace
}  // namespace batchsizer::flow
