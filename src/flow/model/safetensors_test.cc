#include "flow/model/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>

#include "flow/model/testing/safetensors_writer.h"

namespace batchsizer::flow {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Safetensors : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = ::testing::TempDir() + ::testing::UnitTest::GetInstance()->current_test_info()->name() +
            ".safetensors";
  }
  void TearDown() override { std::filesystem::remove(path_); }

  Result<SafetensorsFile> Open(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary) << bytes;
    return SafetensorsFile::Open(path_);
  }
  Result<SafetensorsFile> Open(std::string_view header, std::string_view data) {
    return Open(SafetensorsBytes(header, data));
  }
  // What is wrong with such a file; it names the file.
  std::string Refusal(std::string_view header, std::string_view data,
                      ErrorCode code = ErrorCode::kInvalidInput) {
    const auto file = Open(header, data);
    if (file) return "it was taken";
    EXPECT_EQ(file.error().code, code);
    EXPECT_THAT(file.error().message, HasSubstr(path_));
    return file.error().message;
  }

  std::string path_;
};

template <typename T>
std::string BytesOfValues(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

// One tensor 'a' of two numbers.
std::string HeaderOf(std::string_view type, int bytes) {
  return R"({"a":{"dtype":")" + std::string(type) + R"(","shape":[2],"data_offsets":[0,)" +
         std::to_string(bytes) + "]}}";
}

TEST_F(Safetensors, GivesTensorsByName) {
  const auto file = Open(SafetensorsBytes(
      {{"b", {2, 2}, {1, 2, 3, 4}}, {"a", {}, {5}}, {"empty", {0, 3}, {}}, {"c", {1}, {-0.5F}}}));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->tensors().size(), 4);
  ASSERT_NE(file->Find("b"), nullptr);
  EXPECT_THAT(file->Find("b")->shape, ElementsAre(2, 2));
  EXPECT_EQ(file->Find("d"), nullptr);
  EXPECT_THAT(*file->Read("b"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(*file->Read("a"), ElementsAre(5));
  EXPECT_THAT(*file->Read("c"), ElementsAre(-0.5F));
  EXPECT_TRUE(file->Read("empty")->empty());
}

TEST_F(Safetensors, ConvertsEveryFloatType) {
  EXPECT_THAT(*Open(HeaderOf("F32", 8), BytesOfValues<float>({1.5F, -2}))->Read("a"),
              ElementsAre(1.5F, -2));
  EXPECT_THAT(*Open(HeaderOf("F64", 16), BytesOfValues<double>({0.1, -2}))->Read("a"),
              ElementsAre(0.1F, -2));
  // 1.5, and the smallest half above 0.
  EXPECT_THAT(*Open(HeaderOf("F16", 4), BytesOfValues<std::uint16_t>({0x3E00, 1}))->Read("a"),
              ElementsAre(1.5F, 0x1p-24F));
  EXPECT_THAT(*Open(HeaderOf("BF16", 4), BytesOfValues<std::uint16_t>({0x3FC0, 0xC000}))->Read("a"),
              ElementsAre(1.5F, -2));
}

TEST_F(Safetensors, NamesTypesThatAreNoWeights) {
  const auto file = Open(HeaderOf("I64", 16), std::string(16, '\0'));
  ASSERT_TRUE(file) << file.error().message;
  const auto refused = file->Read("a");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(refused.error().message,
              AllOf(HasSubstr(path_), HasSubstr("'a' is of type I64"), HasSubstr("BF16")));
  EXPECT_THAT(Refusal(HeaderOf("F4", 1), "x", ErrorCode::kUnsupported),
              HasSubstr("unknown type 'F4'"));
}

TEST_F(Safetensors, RefusesNumbersThatAreNotFinite) {
  const auto with = [&](float value) {
    const auto file = Open(HeaderOf("F32", 8), BytesOfValues<float>({1, value}));
    return file->Read("a").error().message;
  };
  EXPECT_THAT(with(std::numeric_limits<float>::quiet_NaN()), HasSubstr("'a' holds nan at place 1"));
  EXPECT_THAT(with(std::numeric_limits<float>::infinity()), HasSubstr("'a' holds inf at place 1"));
  const auto large = Open(HeaderOf("F64", 16), BytesOfValues<double>({1e300, 1}));
  EXPECT_THAT(large->Read("a").error().message, HasSubstr("no finite number as float32"));
}

TEST_F(Safetensors, IgnoresTheComment) {
  const auto file = Open(R"({"__metadata__":{"format":"pt"}})", "");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_TRUE(file->tensors().empty());
}

TEST_F(Safetensors, MayPadTheHeaderWithBlanks) {
  EXPECT_TRUE(Open(HeaderOf("F32", 8) + "     ", std::string(8, '\0')));
}

TEST_F(Safetensors, RefusesWhatIsNoFile) {
  EXPECT_EQ(SafetensorsFile::Open(path_ + ".none").error().code, ErrorCode::kNotFound);
  const auto folder = SafetensorsFile::Open(::testing::TempDir());
  EXPECT_EQ(folder.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(folder.error().message, HasSubstr("folder"));
}

TEST_F(Safetensors, RefusesTruncatedFiles) {
  const std::string whole = SafetensorsBytes({{"a", {2}, {1, 2}}, {"b", {1}, {3}}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto file = Open(whole.substr(0, size));
    ASSERT_FALSE(file) << size;
    EXPECT_EQ(file.error().code, ErrorCode::kInvalidInput);
    EXPECT_THAT(file.error().message, HasSubstr(path_));
  }
  EXPECT_THAT(Open(whole.substr(0, 5)).error().message, HasSubstr("5 bytes are less than the 8"));
  EXPECT_THAT(Open(whole.substr(0, 20)).error().message,
              HasSubstr("does not fit in the file's 20"));
  EXPECT_THAT(Open(whole.substr(0, whole.size() - 1)).error().message,
              HasSubstr("tensor 'b' ends at byte 12 of the data, of which the file has 11"));
}

TEST_F(Safetensors, RefusesAFileThatBecomesShorter) {
  const auto file = Open(SafetensorsBytes({{"a", {2}, {1, 2}}}));
  ASSERT_TRUE(file);
  std::filesystem::resize_file(path_, 60);
  EXPECT_THAT(file->Read("a").error().message, HasSubstr("became shorter"));
}

TEST_F(Safetensors, RefusesHeadersThatAreTooLong) {
  std::string bytes(8, '\0');
  const std::uint64_t length = SafetensorsFile::kMostHeaderBytes + 1;
  std::memcpy(bytes.data(), &length, sizeof length);
  EXPECT_THAT(Open(bytes + "{}").error().message,
              HasSubstr("are 100000001; at most 100000000 is allowed"));
  EXPECT_THAT(Open("PK\x03\x04 and so on").error().message, HasSubstr("a PyTorch file?"));
  EXPECT_THAT(Open(std::string(8, '\xFF')).error().message, HasSubstr("18446744073709551615"));
}

TEST_F(Safetensors, RefusesHeadersThatAreNoJsonObject) {
  EXPECT_THAT(Refusal("{\"a\":", ""), HasSubstr("its header is not JSON, at byte 6"));
  EXPECT_THAT(Refusal("", ""), HasSubstr("not JSON"));
  EXPECT_THAT(Refusal("[1]", ""), HasSubstr("not one JSON object"));
  EXPECT_THAT(Refusal("{\"\xFF\":1}", ""), HasSubstr("not JSON"));
  EXPECT_THAT(Refusal(std::string(100'000, '['), ""), HasSubstr("not JSON"));
  EXPECT_THAT(Refusal(R"({"a":{"dtype":"F32","shape":[[[1]]],"data_offsets":[0,0]}})", ""),
              HasSubstr("lists in lists"));
  EXPECT_THAT(Refusal("{\"a\":1e999}", ""), HasSubstr("not JSON"));
}

TEST_F(Safetensors, RefusesNamesThatStandTwice) {
  EXPECT_THAT(Refusal(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                      R"("a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
                      "12345678"),
              HasSubstr("names the tensor 'a' twice"));
}

TEST_F(Safetensors, RefusesEntriesThatAreNotWhole) {
  const std::string data(8, '\0');
  EXPECT_THAT(Refusal(R"({"a":7})", data), HasSubstr("'a' is no object"));
  EXPECT_THAT(Refusal(R"({"a":{"shape":[2],"data_offsets":[0,8]}})", data), HasSubstr("no dtype"));
  EXPECT_THAT(Refusal(R"({"a":{"dtype":3,"shape":[2],"data_offsets":[0,8]}})", data),
              HasSubstr("no dtype"));
  for (const auto* shape : {"[-2]", "[2.0]", "[\"2\"]", "2", "[18446744073709551615]", "null"}) {
    EXPECT_THAT(Refusal(R"({"a":{"dtype":"F32","shape":)" + std::string(shape) +
                            R"(,"data_offsets":[0,8]}})",
                        data),
                HasSubstr("'a' has no shape"))
        << shape;
  }
  for (const auto* offsets : {"[0]", "[0,8,8]", "[8,0]", "[-1,8]", "[0,8.5]", "{}"}) {
    EXPECT_THAT(
        Refusal(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":)" + std::string(offsets) + "}}",
                data),
        HasSubstr("'a' has no data_offsets"))
        << offsets;
  }
}

TEST_F(Safetensors, RefusesBytesThatTheShapeDoesNotNeed) {
  EXPECT_THAT(Refusal(HeaderOf("F32", 4), "1234"), HasSubstr("has 4 bytes where 2 of F32 need 8"));
  EXPECT_THAT(Refusal(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],)"
                      R"("data_offsets":[0,8]}})",
                      "12345678"),
              HasSubstr("need more than there can be"));
  // A size of 0 makes the others harmless.
  EXPECT_TRUE(Open(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296,0],)"
                   R"("data_offsets":[0,0]}})",
                   ""));
}

TEST_F(Safetensors, RefusesGapsAndOverlaps) {
  const auto two = [](int begin, int end) {
    return R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[)" +
           std::to_string(end - begin) + R"(],"data_offsets":[)" + std::to_string(begin) + "," +
           std::to_string(end) + "]}}";
  };
  EXPECT_TRUE(Open(two(4, 8), "12345678"));
  EXPECT_THAT(Refusal(two(5, 8), "12345678"),
              HasSubstr("'b' begins at byte 5 of the data, the one before it ends at 4"));
  EXPECT_THAT(Refusal(two(3, 8), "12345678"), HasSubstr("without gap or overlap"));
  EXPECT_THAT(Refusal(two(4, 8), "123456789"),
              HasSubstr("its tensors end at byte 8 of the data, of which there are 9"));
}

TEST_F(Safetensors, NeverTrustsDamage) {
  // Every byte of a small file, changed in four ways: an error or a file that can be read.
  const std::string whole = SafetensorsBytes({{"a", {2, 1}, {1, 2}}, {"b", {1}, {3}}});
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const int change : {0x01, 0x10, 0x80, 0xFF}) {
      std::string damaged = whole;
      damaged[i] = static_cast<char>(damaged[i] ^ change);
      const auto file = Open(damaged);
      if (!file) continue;
      for (const auto& [name, tensor] : file->tensors()) (void)file->Read(name);
    }
  }
}

}  // namespace
}  // namespace batchsizer::flow
