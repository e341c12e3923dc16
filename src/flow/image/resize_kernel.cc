#include "flow/image/resize_kernel.h"

#include <algorithm>
#include <cstring>

#include "flow/image/half.h"

namespace batchsizer::flow {
namespace {

// The loops are written once and inlined into one wrapper for each instruction
// set. AVX2 without FMA: a fused multiply-add rounds once instead of twice and
// would make results differ from processor to processor.
#define BATCHSIZER_INLINE inline __attribute__((always_inline))

// One pixel, RGB and a lane that nobody looks at.
using Pixel = float __attribute__((vector_size(16)));

BATCHSIZER_INLINE Pixel LoadPixel(const float* from) {
  Pixel pixel;
  std::memcpy(&pixel, from, sizeof(pixel));
  return pixel;
}

// N source rows at a time, added to what out holds unless these are the first.
template <int N, bool kFirst>
BATCHSIZER_INLINE void AddRows(const std::uint8_t* row, std::size_t stride, const float* weights,
                               std::size_t size, float* __restrict out) {
  for (std::size_t i = 0; i < size; ++i) {
    float sum = kFirst ? 0.0F : out[i];
    for (std::size_t k = 0; k < N; ++k) {
      sum += weights[k] * static_cast<float>(row[k * stride + i]);
    }
    out[i] = sum;
  }
}

template <bool kFirst>
BATCHSIZER_INLINE void AddUpToFourRows(const std::uint8_t* row, std::size_t stride,
                                       const float* weights, int rows, std::size_t size,
                                       float* out) {
  if (rows == 1) AddRows<1, kFirst>(row, stride, weights, size, out);
  if (rows == 2) AddRows<2, kFirst>(row, stride, weights, size, out);
  if (rows == 3) AddRows<3, kFirst>(row, stride, weights, size, out);
  if (rows >= 4) AddRows<4, kFirst>(row, stride, weights, size, out);
}

BATCHSIZER_INLINE void BlendRows(const std::uint8_t* row, std::size_t stride, const Taps& taps,
                                 std::size_t size, float* out) {
  AddUpToFourRows<true>(row, stride, taps.weights, taps.count, size, out);
  for (int k = 4; k < taps.count; k += 4) {
    const auto skip = static_cast<std::size_t>(k);
    AddUpToFourRows<false>(row + skip * stride, stride, taps.weights + skip, taps.count - k, size,
                           out);
  }
}

// N is the number of taps, known when compiling so that the loop over them
// unrolls; 0: any number.
template <int N>
BATCHSIZER_INLINE void BlendColumnsWith(const ColumnBlend& blend, float* out) {
  const Pixel scale = LoadPixel(blend.scale.data());
  const Pixel bias = LoadPixel(blend.bias.data());
  const ResizeWeights& weights = *blend.weights;
  const float* const row = blend.row - 3 * static_cast<std::ptrdiff_t>(weights.SourceBegin());
  const std::ptrdiff_t taps = N > 0 ? N : weights.MostTaps();
  for (int i = 0; i < weights.Count(); ++i) {
    const Taps at = weights.At(i);
    const float* const from = row + 3 * static_cast<std::ptrdiff_t>(at.first);
    Pixel sum = LoadPixel(from) * at.weights[0];
    for (std::ptrdiff_t k = 1; k < taps; ++k) sum += LoadPixel(from + 3 * k) * at.weights[k];
    sum = sum * scale + bias;
    out[0] = sum[0];
    out[blend.channel_step] = sum[1];
    out[2 * blend.channel_step] = sum[2];
    out += blend.pixel_step;
  }
}

BATCHSIZER_INLINE void BlendColumns(const ColumnBlend& blend, float* out) {
  switch (blend.weights->MostTaps()) {
    case 2:
      return BlendColumnsWith<2>(blend, out);
    case 3:
      return BlendColumnsWith<3>(blend, out);
    case 4:
      return BlendColumnsWith<4>(blend, out);
    case 5:
      return BlendColumnsWith<5>(blend, out);
    default:
      return BlendColumnsWith<0>(blend, out);
  }
}

BATCHSIZER_INLINE void ToHalves(const float* from, std::size_t count,
                                std::uint16_t* __restrict to) {
  for (std::size_t i = 0; i < count; ++i) to[i] = ToHalf(from[i]);
}

BATCHSIZER_INLINE void ToBytes(const float* from, std::size_t count, std::uint8_t* __restrict to) {
  for (std::size_t i = 0; i < count; ++i) {
    float value = from[i] + 0.5F;
    value = value < 0.0F ? 0.0F : value;
    value = value > 255.0F ? 255.0F : value;
    to[i] = static_cast<std::uint8_t>(static_cast<int>(value));
  }
}

void RowsPortable(const std::uint8_t* row, std::size_t stride, const Taps& taps, std::size_t size,
                  float* out) {
  BlendRows(row, stride, taps, size, out);
}
void ColumnsPortable(const ColumnBlend& blend, float* out) { BlendColumns(blend, out); }
void HalvesPortable(const float* from, std::size_t count, std::uint16_t* to) {
  ToHalves(from, count, to);
}
void BytesPortable(const float* from, std::size_t count, std::uint8_t* to) {
  ToBytes(from, count, to);
}

#if defined(__x86_64__)
#define BATCHSIZER_AVX2 __attribute__((target("avx2")))
BATCHSIZER_AVX2 void RowsAvx2(const std::uint8_t* row, std::size_t stride, const Taps& taps,
                              std::size_t size, float* out) {
  BlendRows(row, stride, taps, size, out);
}
BATCHSIZER_AVX2 void ColumnsAvx2(const ColumnBlend& blend, float* out) { BlendColumns(blend, out); }
BATCHSIZER_AVX2 void HalvesAvx2(const float* from, std::size_t count, std::uint16_t* to) {
  ToHalves(from, count, to);
}
BATCHSIZER_AVX2 void BytesAvx2(const float* from, std::size_t count, std::uint8_t* to) {
  ToBytes(from, count, to);
}
#endif

}  // namespace

const ResizeKernel& PortableResizeKernel() {
  static constexpr ResizeKernel kPortable{&RowsPortable, &ColumnsPortable, &HalvesPortable,
                                          &BytesPortable};
  return kPortable;
}

const ResizeKernel& BestResizeKernel() {
#if defined(__x86_64__)
  static constexpr ResizeKernel kAvx2{&RowsAvx2, &ColumnsAvx2, &HalvesAvx2, &BytesAvx2};
  if (__builtin_cpu_supports("avx2")) return kAvx2;
#endif
  return PortableResizeKernel();
}

}  // namespace batchsizer::flow
