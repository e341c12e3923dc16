#include "flow/engine/onnxruntime/ort_message.h"

#include <gmock/gmock.h>

namespace batchsizer::flow {
namespace {

using ::testing::EndsWith;
using ::testing::Lt;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST(PlainMessage, LeavesASentenceAlone) {
  EXPECT_EQ(PlainMessage("This is an invalid model. Error: the graph is not acyclic."),
            "This is an invalid model. Error: the graph is not acyclic");
}

TEST(PlainMessage, DropsPathAndSignature) {
  EXPECT_EQ(PlainMessage("Load model from m/ir99.onnx failed:/onnxruntime_src/onnxruntime/core/"
                         "graph/model.cc:256 onnxruntime::Model::Model(onnx::ModelProto&&, const "
                         "onnxruntime::PathString&, const onnxruntime::ModelOptions&) Unsupported "
                         "model IR version: 99, max supported IR version: 14\n"),
            "Unsupported model IR version: 99, max supported IR version: 14");
  EXPECT_EQ(PlainMessage("/src/a.h:46 void ns::Validate(const std::map<std::string, int>&, bool) "
                         "const [with T = std::vector<int>] Opset 99 (of 26) is unknown"),
            "Opset 99 (of 26) is unknown");
  EXPECT_EQ(PlainMessage("/src/a.cc:7 ns::Run(int)::<lambda(int, long int)> Went wrong"),
            "Went wrong");
}

TEST(PlainMessage, DropsTheShortLocationAndTheStatus) {
  EXPECT_EQ(PlainMessage("Non-zero status code returned while running MatMul node. Name:'' Status "
                         "Message: matmul_helper.h:59 Compute MatMul dimension mismatch"),
            "MatMul node: MatMul dimension mismatch");
}

TEST(PlainMessage, DropsTheConditionThatFailed) {
  EXPECT_EQ(PlainMessage("Reshape node. Name:'r' Status Message: /src/reshape_helper.h:45 "
                         "onnxruntime::ReshapeHelper::ReshapeHelper(const TensorShape&, bool) "
                         "input_shape_size == size was false. The input cannot be reshaped."),
            "Reshape node. Name:'r': The input cannot be reshaped");
}

TEST(PlainMessage, JoinsLinesAndDropsTheStackTrace) {
  EXPECT_EQ(PlainMessage("Got invalid dimensions for output: y for the following indices\n"
                         " index: 0 Got: 1 Expected: 256\n Please fix the model."),
            "Got invalid dimensions for output: y for the following indices index: 0 Got: 1 "
            "Expected: 256 Please fix the model");
  EXPECT_EQ(PlainMessage("Broken.\nStacktrace:\n0: main\n"), "Broken");
}

TEST(PlainMessage, WhatIsNoLocationStays) {
  for (const std::string text :
       {"com.acme:MyOp(-1) is not a registered function/op", "Model a.h:x failed", "see model.cc:7",
        "12:30 a.txt:7 b c", "::"}) {
    EXPECT_EQ(PlainMessage(text), text);
  }
  EXPECT_EQ(PlainMessage(""), "");
}

TEST(PlainMessage, IsShort) {
  std::string words;
  while (words.size() < 5000) words += "word ";
  const std::string message = PlainMessage(words);
  EXPECT_THAT(message, SizeIs(Lt(610U)));
  EXPECT_THAT(message, StartsWith("word word"));
  EXPECT_THAT(message, EndsWith("word ..."));
  EXPECT_THAT(PlainMessage(std::string(5000, 'x')), SizeIs(Lt(610U)));
}

}  // namespace
}  // namespace batchsizer::flow
