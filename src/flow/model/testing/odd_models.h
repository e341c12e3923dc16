// For tests: ONNX files of the kinds that exporters make and that cannot be
// served, or only just. All take "images" [N,3,H,W] float32 unless said.
#pragma once

#include <cstdint>
#include <string>

namespace batchsizer::flow {

inline constexpr std::int64_t kOddSide = 8;

// The reshape before its scores has a batch size of 1 written into it. classes: 3,
// or -1 for as many as there are numbers, which is 3N.
[[nodiscard]] std::string FixesBatchInReshape(std::int64_t classes);
// Scores [1,3], the mean over the batch.
[[nodiscard]] std::string AveragesOverTheBatch();
// Gives a constant [1,4] first and then the scores [N,3].
[[nodiscard]] std::string ConstantFirstOutput();
// Height and width are open, yet only 8x8 images fit the weights; [N,5].
[[nodiscard]] std::string NeedsItsImageSize();
// A convolution over 4 channels where there are 3.
[[nodiscard]] std::string WrongChannels();
[[nodiscard]] std::string NeedsACustomOperator();
[[nodiscard]] std::string OfVersions(std::int64_t ir_version, std::int64_t opset);
// Two layers that wait for one another.
[[nodiscard]] std::string Cyclic();
// Scores [N,3] of images of that size.
[[nodiscard]] std::string Averages(std::int64_t batch, std::int64_t height, std::int64_t width);

}  // namespace batchsizer::flow
