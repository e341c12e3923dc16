#include "flow/image/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "flow/image/test_images.h"

namespace batchsizer::flow {
namespace {

using testing::Bytes;
using testing::EncodeJpeg;
using testing::EncodePng;
using testing::EncodeWebp;
using testing::Gradient;
using ::testing::HasSubstr;
using testing::Noise;
using testing::Picture;
using testing::PngKind;
using testing::Solid;

// A copy of what the decoder gives, or the error's message.
struct Decoded {
  int width = 0;
  int height = 0;
  Bytes rgb;
  std::string error;
};

Decoded Decode(const Bytes& file, Cover cover = {}, std::int64_t max_pixels = 1'000'000) {
  ImageDecoder decoder(DecodeOptions{max_pixels});
  const auto image = decoder.Decode(file, cover);
  if (!image) return {0, 0, {}, image.error().message};
  const std::size_t size = image->RowBytes() * static_cast<std::size_t>(image->height);
  return {image->width, image->height, Bytes(image->pixels, image->pixels + size), ""};
}

int LargestDifference(const Bytes& a, const Bytes& b) {
  EXPECT_EQ(a.size(), b.size());
  int largest = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    largest = std::max(largest, std::abs(int{a[i]} - int{b[i]}));
  }
  return largest;
}

TEST(DecodeJpeg, GivesThePixelsThatWereCompressed) {
  const Picture picture = Gradient(61, 37);
  const Decoded decoded = Decode(EncodeJpeg(picture));
  EXPECT_EQ(decoded.width, 61);
  EXPECT_EQ(decoded.height, 37);
  EXPECT_LE(LargestDifference(decoded.rgb, picture.pixels), 3);
}

TEST(DecodeJpeg, ProgressiveIsTheSameAsBaseline) {
  const Picture picture = Noise(50, 40, 3, 1);
  const Decoded decoded = Decode(EncodeJpeg(picture, {.progressive = true, .quality = 90}));
  EXPECT_EQ(decoded.rgb, Decode(EncodeJpeg(picture, {.quality = 90})).rgb);
}

TEST(DecodeJpeg, GreyBecomesEqualChannels) {
  const Decoded decoded = Decode(EncodeJpeg(Solid(16, 16, {130})));
  EXPECT_LE(LargestDifference(decoded.rgb, Solid(16, 16, {130, 130, 130}).pixels), 1);
}

TEST(DecodeJpeg, CmykIsTakenAsInvertedAndMultipliedOut) {
  // Stored inverted: 255 is no ink. R = C x K / 255.
  const Decoded decoded = Decode(EncodeJpeg(Solid(16, 16, {200, 100, 50, 128})));
  EXPECT_EQ(decoded.width, 16);
  EXPECT_LE(LargestDifference(decoded.rgb, Solid(16, 16, {100, 50, 25}).pixels), 2);
}

TEST(DecodeJpeg, ShrinksToTheSmallestSizeThatStillCovers) {
  const Bytes file = EncodeJpeg(Gradient(800, 600), {.quality = 95});
  const auto width_for = [&](int w, int h) { return Decode(file, {w, h}).width; };
  EXPECT_EQ(width_for(100, 75), 100);
  EXPECT_EQ(width_for(101, 75), 200);
  EXPECT_EQ(width_for(100, 76), 200);
  EXPECT_EQ(width_for(256, 256), 400);
  EXPECT_EQ(width_for(401, 10), 800);
  EXPECT_EQ(width_for(1000, 1000), 800);
  EXPECT_EQ(width_for(0, 0), 800);
}

TEST(DecodeJpeg, ShrunkPicturesCoverWhateverTheSize) {
  for (int width = 1; width < 70; ++width) {
    const int factor = ShrinkFactor(width, 2 * width, {9, 9});
    EXPECT_TRUE(factor == 1 || (width + factor - 1) / factor >= 9) << width;
    if (factor < 8) {
      EXPECT_LT((width + 2 * factor - 1) / (2 * factor), 9) << width;
    }
  }
}

TEST(DecodeJpeg, ShrunkPictureShowsTheSame) {
  const Decoded half = Decode(EncodeJpeg(Gradient(400, 400)), {200, 200});
  ASSERT_EQ(half.width, 200);
  EXPECT_LE(LargestDifference(half.rgb, Gradient(200, 200).pixels), 3);
}

TEST(DecodeJpeg, EveryCutOffFileIsRefused) {
  const Bytes file = EncodeJpeg(Noise(64, 64, 3, 2), {.quality = 90});
  ASSERT_EQ(Decode(file).error, "");
  for (std::size_t size = 0; size < file.size(); size += 7) {
    const Decoded decoded = Decode(Bytes(file.begin(), file.begin() + static_cast<long>(size)));
    EXPECT_NE(decoded.error, "") << size;
  }
}

TEST(DecodeJpeg, CutOffFileSaysSo) {
  Bytes file = EncodeJpeg(Gradient(64, 64));
  file.resize(file.size() / 2);
  EXPECT_THAT(Decode(file).error, HasSubstr("damaged JPEG: Premature end of JPEG file"));
}

TEST(DecodeJpeg, StrayBytesBetweenSegmentsDoNoHarm) {
  const Bytes file = EncodeJpeg(Gradient(32, 32));
  Bytes stray = file;
  stray.insert(stray.end() - 2, {1, 2, 3});
  EXPECT_EQ(Decode(stray).error, "");
  EXPECT_EQ(Decode(stray).rgb, Decode(file).rgb);
}

// Only warned of, and before anything else that there might be to warn of.
Bytes WithStrayBytesInFront(Bytes file) {
  const Bytes tables{0xFF, 0xDB};
  file.insert(std::search(file.begin(), file.end(), tables.begin(), tables.end()), {1, 2, 3});
  return file;
}

// 2.1 instead of 1.1; warned of, too.
Bytes WithOddVersion(Bytes file) {
  const Bytes name{'J', 'F', 'I', 'F', 0};
  *(std::search(file.begin(), file.end(), name.begin(), name.end()) + 5) = 2;
  return file;
}

Bytes Joined(Bytes front, const Bytes& back) {
  front.insert(front.end(), back.begin(), back.end());
  return front;
}

TEST(DecodeJpeg, HarmlessWarningsLeaveThePictureAsItIs) {
  for (const bool progressive : {false, true}) {
    const Bytes file = EncodeJpeg(Noise(48, 40, 3, 21), {.progressive = progressive});
    const Bytes pixels = Decode(file).rgb;
    EXPECT_EQ(Decode(WithStrayBytesInFront(file)).rgb, pixels);
    EXPECT_EQ(Decode(WithOddVersion(file)).rgb, pixels);
    EXPECT_EQ(Decode(WithStrayBytesInFront(WithOddVersion(file))).rgb, pixels);
  }
}

TEST(DecodeJpeg, WhateverFollowsTheEndDoesNotMatter) {
  const Bytes file = EncodeJpeg(Gradient(32, 32));
  const Bytes pixels = Decode(file).rgb;
  for (const Bytes& more : {Bytes(500, 0), Bytes{1, 2, 3}, Bytes{0xFF}, Bytes{0xFF, 0xC4}, file}) {
    EXPECT_EQ(Decode(Joined(file, more)).rgb, pixels);
    EXPECT_EQ(Decode(Joined(WithStrayBytesInFront(file), more)).rgb, pixels);
  }
}

TEST(DecodeJpeg, HarmlessWarningDoesNotHideACut) {
  for (const bool progressive : {false, true}) {
    const Bytes file = EncodeJpeg(Noise(32, 24, 3, 22), {.progressive = progressive});
    for (const Bytes& odd : {WithStrayBytesInFront(file), WithOddVersion(file)}) {
      ASSERT_EQ(Decode(odd).error, "");
      for (std::size_t size = 0; size < odd.size(); size += 7) {
        const Bytes cut(odd.begin(), odd.begin() + static_cast<long>(size));
        EXPECT_NE(Decode(cut).error, "") << size;
        EXPECT_NE(Decode(Joined(cut, Bytes(999, 0))).error, "") << size;
      }
    }
  }
}

TEST(DecodeJpeg, EndOfAnEmbeddedPreviewIsNotTheEnd) {
  Bytes file = WithStrayBytesInFront(EncodeJpeg(Gradient(64, 64)));
  const Bytes preview{0xFF, 0xE1, 0, 8, 0xFF, 0xD8, 1, 1, 0xFF, 0xD9};
  file.insert(file.begin() + 2, preview.begin(), preview.end());
  ASSERT_EQ(Decode(file).error, "");
  file.resize(file.size() * 3 / 4);
  EXPECT_EQ(Decode(file).error, "damaged JPEG: Premature end of JPEG file");
}

TEST(DecodeJpeg, HarmlessWarningDoesNotHideDamagedPixels) {
  const Bytes file = EncodeJpeg(Noise(64, 64, 3, 23), {.quality = 90});
  int seen = 0;
  for (std::size_t at = file.size() / 2; at + 2 < file.size(); at += 13) {
    Bytes damaged = file;
    damaged[at] ^= 0xFF;
    const std::string error = Decode(damaged).error;
    seen += error.empty() ? 0 : 1;
    EXPECT_EQ(Decode(WithStrayBytesInFront(damaged)).error, error) << at;
    EXPECT_EQ(Decode(WithOddVersion(damaged)).error, error) << at;
  }
  EXPECT_GT(seen, 0);
}

TEST(DecodeJpeg, DamageInTheMiddleNeverCrashes) {
  const Bytes file =
      EncodeJpeg(Noise(24, 24, 3, 3), {.sampling = testing::Sampling::k420, .quality = 80});
  for (std::size_t at = 2; at < file.size(); ++at) {
    Bytes damaged = file;
    damaged[at] ^= 0xFF;
    const Decoded decoded = Decode(damaged);
    EXPECT_NE(decoded.error.empty(), decoded.rgb.empty()) << at;
  }
}

// Claims width and height in the frame header of a valid JPEG.
Bytes WithHeaderSize(Bytes file, unsigned width, unsigned height) {
  const Bytes frame_header{0xFF, 0xC0};
  const auto at = std::search(file.begin(), file.end(), frame_header.begin(), frame_header.end());
  at[5] = static_cast<std::uint8_t>(height >> 8U);
  at[6] = static_cast<std::uint8_t>(height);
  at[7] = static_cast<std::uint8_t>(width >> 8U);
  at[8] = static_cast<std::uint8_t>(width);
  return file;
}

TEST(DecodeJpeg, HugeHeaderIsRefusedBeforeUnpacking) {
  const Bytes file = WithHeaderSize(EncodeJpeg(Gradient(16, 16)), 20'000, 20'000);
  EXPECT_EQ(Decode(file, {}, 100'000'000).error,
            "20000 x 20000 pixels are more than the limit of 100 million pixels");
}

TEST(DecodeJpeg, LimitIsOnWhatHasToBeInMemory) {
  const Bytes file = testing::FlatJpeg(20'000, 20'000);
  EXPECT_EQ(Decode(file, {}, 100'000'000).error,
            "20000 x 20000 pixels are more than the limit of 100 million pixels");
  const Decoded shrunk = Decode(file, {256, 256, 224, 224}, 100'000'000);
  EXPECT_EQ(shrunk.error, "");
  EXPECT_LT(shrunk.width, 2500);
  EXPECT_EQ(shrunk.rgb.front(), 128);
  EXPECT_EQ(shrunk.rgb.back(), 128);
}

TEST(DecodeJpeg, ProgressiveOnesAreInMemoryAsAWhole) {
  const Bytes file = EncodeJpeg(Gradient(400, 300), {.progressive = true});
  EXPECT_EQ(Decode(file, {32, 32, 28, 28}, 119'999).error,
            "400 x 300 pixels are more than the limit of 0.119999 million pixels");
  EXPECT_EQ(Decode(file, {32, 32, 28, 28}, 120'000).error, "");
}

TEST(DecodeJpeg, CutOrDamageOutsideTheCropIsStillSeen) {
  const Bytes file = EncodeJpeg(Noise(40, 400, 3, 24), {.quality = 90});
  const Cover middle{32, 32, 28, 28};
  ASSERT_EQ(Decode(file, middle).error, "");
  Bytes cut = file;
  cut.resize(cut.size() - 40);
  EXPECT_EQ(Decode(cut, middle).error, "damaged JPEG: Premature end of JPEG file");
  int seen = 0;
  for (std::size_t at = file.size() * 9 / 10; at + 2 < file.size(); at += 7) {
    Bytes damaged = file;
    damaged[at] ^= 0xFF;
    const std::string error = Decode(damaged).error;
    seen += error.empty() ? 0 : 1;
    EXPECT_EQ(Decode(damaged, middle).error, error) << at;
  }
  EXPECT_GT(seen, 0);
}

TEST(DecodeJpeg, LimitItselfIsAllowed) {
  const Bytes file = EncodeJpeg(Gradient(20, 10));
  EXPECT_EQ(Decode(file, {}, 200).error, "");
  EXPECT_NE(Decode(file, {}, 199).error, "");
}

TEST(DecodeJpeg, OnePixelWorks) {
  const Decoded decoded = Decode(EncodeJpeg(Solid(1, 1, {10, 200, 90})), {256, 256});
  EXPECT_EQ(decoded.width, 1);
  EXPECT_LE(LargestDifference(decoded.rgb, {10, 200, 90}), 2);
}

TEST(DecodePng, RgbIsExact) {
  const Picture picture = Noise(33, 21, 3, 4);
  EXPECT_EQ(Decode(EncodePng(picture)).rgb, picture.pixels);
}

TEST(DecodePng, InterlacedIsExact) {
  const Picture picture = Noise(33, 21, 3, 5);
  PngKind kind;
  kind.interlaced = true;
  EXPECT_EQ(Decode(EncodePng(33, 21, kind, picture.pixels)).rgb, picture.pixels);
}

TEST(DecodePng, AlphaIsDroppedNotBlended) {
  EXPECT_EQ(Decode(EncodePng(Solid(2, 1, {9, 8, 7, 0}))).rgb, (Bytes{9, 8, 7, 9, 8, 7}));
}

TEST(DecodePng, GreyWithAlphaBecomesEqualChannels) {
  const PngKind kind{.color_type = 4};
  EXPECT_EQ(Decode(EncodePng(2, 1, kind, {50, 255, 60, 0})).rgb, (Bytes{50, 50, 50, 60, 60, 60}));
}

TEST(DecodePng, OneBitGreyIsSpreadOut) {
  const PngKind kind{.color_type = 0, .bit_depth = 1};
  EXPECT_EQ(Decode(EncodePng(3, 1, kind, {0b1010'0000})).rgb,
            (Bytes{255, 255, 255, 0, 0, 0, 255, 255, 255}));
}

TEST(DecodePng, FourBitGreyIsSpreadOut) {
  const PngKind kind{.color_type = 0, .bit_depth = 4};
  EXPECT_EQ(Decode(EncodePng(2, 1, kind, {0x5F})).rgb, (Bytes{85, 85, 85, 255, 255, 255}));
}

TEST(DecodePng, SixteenBitsAreScaledToEight) {
  const PngKind kind{.color_type = 2, .bit_depth = 16};
  EXPECT_EQ(Decode(EncodePng(1, 1, kind, {0xFF, 0xFF, 0x80, 0x80, 0x00, 0x00})).rgb,
            (Bytes{255, 128, 0}));
}

TEST(DecodePng, PaletteIsLookedUp) {
  const PngKind kind{.color_type = 3, .bit_depth = 2, .palette = {1, 2, 3, 40, 50, 60, 7, 8, 9}};
  EXPECT_EQ(Decode(EncodePng(3, 1, kind, {0b0110'0000})).rgb,
            (Bytes{40, 50, 60, 7, 8, 9, 1, 2, 3}));
}

TEST(DecodePng, TransparentPaletteKeepsItsColours) {
  const PngKind kind{
      .color_type = 3, .bit_depth = 8, .palette = {1, 2, 3, 40, 50, 60}, .palette_alpha = {0, 128}};
  EXPECT_EQ(Decode(EncodePng(2, 1, kind, {0, 1})).rgb, (Bytes{1, 2, 3, 40, 50, 60}));
}

TEST(DecodePng, CutOffFileIsRefused) {
  Bytes file = EncodePng(Noise(20, 20, 3, 6));
  for (std::size_t size = 8; size + 16 < file.size(); size += 11) {
    EXPECT_THAT(Decode(Bytes(file.begin(), file.begin() + static_cast<long>(size))).error,
                HasSubstr("damaged PNG: the file is cut off"))
        << size;
  }
}

TEST(DecodePng, DamageNeverCrashes) {
  const Bytes file = EncodePng(Noise(12, 12, 3, 7));
  for (std::size_t at = 8; at < file.size(); ++at) {
    Bytes damaged = file;
    damaged[at] ^= 0xFF;
    const Decoded decoded = Decode(damaged);
    EXPECT_NE(decoded.error.empty(), decoded.rgb.empty()) << at;
  }
}

TEST(DecodePng, MoreThanTheLimitIsRefused) {
  EXPECT_EQ(Decode(EncodePng(Solid(2000, 1000, {1, 2, 3})), {}, 1'999'999).error,
            "2000 x 1000 pixels are more than the limit of 1.999999 million pixels");
}

TEST(DecodeWebp, LosslessIsExact) {
  const Picture picture = Noise(33, 21, 3, 8);
  EXPECT_EQ(Decode(EncodeWebp(picture, true)).rgb, picture.pixels);
}

TEST(DecodeWebp, LossyIsNear) {
  const Decoded decoded = Decode(EncodeWebp(Gradient(61, 37), false));
  EXPECT_EQ(decoded.width, 61);
  EXPECT_LE(LargestDifference(decoded.rgb, Gradient(61, 37).pixels), 12);
}

TEST(DecodeWebp, EveryCutOffFileIsRefused) {
  for (const bool lossless : {false, true}) {
    const Bytes file = EncodeWebp(Noise(40, 30, 3, 9), lossless);
    for (std::size_t size = 12; size < file.size(); size += 7) {
      EXPECT_THAT(Decode(Bytes(file.begin(), file.begin() + static_cast<long>(size))).error,
                  HasSubstr("damaged WebP"))
          << size;
    }
  }
}

TEST(DecodeWebp, MoreThanTheLimitIsRefused) {
  EXPECT_EQ(Decode(EncodeWebp(Solid(40, 20, {1, 2, 3}), true), {}, 799).error,
            "40 x 20 pixels are more than the limit of 0.000799 million pixels");
}

TEST(Decode, EmptyFileIsNamedAsSuch) { EXPECT_EQ(Decode({}).error, "the file is empty"); }

TEST(Decode, OtherFilesAreNamedAsSuch) {
  EXPECT_THAT(Decode({'G', 'I', 'F', '8', '9', 'a'}).error,
              HasSubstr("neither a JPEG, a PNG nor a WebP"));
  EXPECT_THAT(Decode({0xFF, 0xD8}).error, HasSubstr("neither a JPEG, a PNG nor a WebP"));
}

TEST(Decode, OneDecoderTakesFilesOfAllKindsInTurn) {
  ImageDecoder decoder{DecodeOptions{}};
  const Bytes jpeg = EncodeJpeg(Gradient(40, 40));
  const Bytes png = EncodePng(Gradient(8, 8));
  const Bytes broken(jpeg.begin(), jpeg.begin() + 100);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(decoder.Decode(jpeg, {})->width, 40);
    EXPECT_FALSE(decoder.Decode(broken, {}));
    EXPECT_EQ(decoder.Decode(png, {})->width, 8);
  }
}

}  // namespace
}  // namespace batchsizer::flow
