#include "flow/model/onnx_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/output_file.h"
#include "flow/model/test_models.h"

namespace batchsizer::flow {
namespace {

using ::testing::HasSubstr;

class OnnxFile : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(::testing::TempDir()) / "onnx_file_test" / test->name();
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  // The error of opening a file with these bytes.
  Error ErrorOf(std::string_view bytes) const {
    const std::string path = Path("file.onnx");
    std::ofstream(path, std::ios::binary) << bytes;
    const auto model = OpenOnnxFile(path);
    EXPECT_FALSE(model);
    return model ? Error{} : model.error();
  }

  std::filesystem::path folder_;
};

TEST_F(OnnxFile, OpensWhatTheBuilderWrote) {
  const std::string path = Path("tiny.onnx");
  ASSERT_TRUE(Build(TinyNet{}).Save(path));
  const auto model = OpenOnnxFile(path);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->path(), path);
  EXPECT_EQ(model->file_bytes(), static_cast<std::int64_t>(std::filesystem::file_size(path)));
}

TEST_F(OnnxFile, MissingFileIsNotFound) {
  const auto model = OpenOnnxFile(Path("none.onnx"));
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(model.error().message, HasSubstr("none.onnx"));
}

TEST_F(OnnxFile, FolderIsRefused) {
  const auto model = OpenOnnxFile(folder_.string());
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(model.error().message, HasSubstr("folder"));
}

TEST_F(OnnxFile, PipeAndDeviceAreRefusedAtOnce) {
  ASSERT_EQ(::mkfifo(Path("pipe.onnx").c_str(), 0600), 0);
  const auto pipe = OpenOnnxFile(Path("pipe.onnx"));  // nobody writes to it
  ASSERT_FALSE(pipe);
  EXPECT_EQ(pipe.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(pipe.error().message, HasSubstr("a named pipe"));
  const auto endless = OpenOnnxFile("/dev/zero");
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(endless.error().message, HasSubstr("a device"));
}

TEST_F(OnnxFile, EmptyFileIsRefused) {
  const Error error = ErrorOf("");
  EXPECT_EQ(error.code, ErrorCode::kInvalidInput);
  EXPECT_THAT(error.message, HasSubstr("empty"));
}

TEST_F(OnnxFile, OtherKindsOfFilesAreNamed) {
  const std::vector<std::pair<std::string, std::string>> files = {
      {"\xff\xd8\xff\xe0\x10JFIF and so on", "a JPEG image"},
      {"\x89PNG\r\n\x1a\n", "a PNG image"},
      {"PK\x03\x04 torch", "a zip archive"},
      {"just a few words\n", "text"},
      {"model = {}\nfor x in range(3): pass\n", "text"},
      {std::string("\x1c\0\0\0TFL3 and so on", 18), "a TensorFlow Lite model"}};
  for (const auto& [bytes, name] : files) {
    const Error error = ErrorOf(bytes);
    EXPECT_EQ(error.code, ErrorCode::kInvalidInput) << name;
    EXPECT_THAT(error.message, HasSubstr("not an ONNX file but " + name));
  }
}

TEST_F(OnnxFile, TruncationIsFoundWhereverItFalls) {
  const std::string whole = Build(TinyNet{}).Serialise();
  for (std::size_t size = 3; size + 1 < whole.size(); size += 37) {
    const Error error = ErrorOf(std::string_view(whole).substr(0, size));
    EXPECT_EQ(error.code, ErrorCode::kInvalidInput) << size;
    EXPECT_THAT(error.message, HasSubstr("truncated or damaged ONNX file")) << size;
  }
}

TEST_F(OnnxFile, WeightsShorterThanTheirShapeAreFound) {
  std::string bytes = Build(TinyNet{}).Serialise();
  // The bias of the first convolution: dims {8} (field 1, one byte) become {9}.
  const std::string name = "Conv_0/biases";
  const std::size_t at = bytes.find(name, bytes.find(name) + 1);
  ASSERT_NE(at, std::string::npos);
  const std::size_t dims = bytes.rfind("\x08\x08", at);
  ASSERT_LT(at - dims, 12U);
  bytes[dims + 1] = 9;
  const Error error = ErrorOf(bytes);
  EXPECT_EQ(error.code, ErrorCode::kInvalidInput);
  EXPECT_THAT(error.message,
              HasSubstr("weight 'Conv_0/biases' has 32 bytes where its shape needs 36"));
}

TEST_F(OnnxFile, WriterLeavesNothingBehindWhenItFails) {
  const Status missing = base::ReplaceFile(Path("no/such/folder/x.onnx"), "x");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  std::filesystem::create_directories(Path("taken.onnx/inside"));
  EXPECT_FALSE(base::ReplaceFile(Path("taken.onnx"), "x"));
  const auto entries = std::distance(std::filesystem::directory_iterator(folder_), {});
  EXPECT_EQ(entries, 1);
}

TEST_F(OnnxFile, WriterReplacesAnOldFile) {
  const std::string path = Path("x.onnx");
  ASSERT_TRUE(base::ReplaceFile(path, "a longer old text"));
  ASSERT_TRUE(base::ReplaceFile(path, "new"));
  EXPECT_EQ(std::filesystem::file_size(path), 3U);
}

}  // namespace
}  // namespace batchsizer::flow
