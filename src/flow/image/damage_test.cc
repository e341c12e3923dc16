// Files damaged in every way that one byte or one cut can do it: whatever comes
// of them, it is a picture or an error. The sanitizers watch what the test cannot.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "flow/image/decode.h"
#include "flow/image/preprocess.h"
#include "flow/image/test_images.h"

namespace batchsizer::flow {
namespace {

using testing::Bytes;

class Damaged : public ::testing::TestWithParam<const char*> {
 protected:
  static constexpr int kSide = 8;

  void SetUp() override {
    const auto content =
        base::ReadFile(std::string(BATCHSIZER_TEST_IMAGES) + "/tiny/" + GetParam());
    ASSERT_TRUE(content) << content.error().message;
    file_.assign(content->begin(), content->end());
    ASSERT_TRUE(GivesAPicture(file_));
  }

  // The other way out is an error with a reason. REQUIRES: a vector without spare
  // room, so that reading past its end is seen.
  bool GivesAPicture(const Bytes& file) {
    bool gives = true;
    for (Preprocessor* preprocessor : {&near_, &far_}) {
      const auto image = decoder_.Decode(file, preprocessor->Needed());
      if (image) {
        preprocessor->Run(*image, row_.data());
      } else {
        EXPECT_FALSE(image.error().message.empty());
        gives = false;
      }
    }
    return gives;
  }

  void TryAt(std::size_t at, std::uint8_t value) {
    Bytes damaged = file_;
    damaged[at] = value;
    pictures_ += GivesAPicture(damaged) ? 1 : 0;
    ++tries_;
  }

  Bytes file_;
  int tries_ = 0;
  int pictures_ = 0;

 private:
  InputSpec input_{"input", ElementType::kFloat32, ImageLayout::kNchw, 3, kSide, kSide};
  Preprocessor Make(double crop_fraction) const {
    return *Preprocessor::Create(input_, {.crop_fraction = crop_fraction});
  }
  Preprocessor near_ = Make(0.3);  // of most pictures a window
  Preprocessor far_ = Make(1.0);   // of large ones shrunk
  // Low, or files that claim to be large would take all the time.
  ImageDecoder decoder_{DecodeOptions{.max_pixels = 200'000}};
  std::vector<float> row_ = std::vector<float>(input_.ElementsPerRow());
};

TEST_P(Damaged, ByEveryCutIsRefused) {
  for (std::size_t size = 0; size < file_.size(); ++size) {
    EXPECT_FALSE(GivesAPicture(Bytes(file_.begin(), file_.begin() + static_cast<long>(size))))
        << size;
  }
}

TEST_P(Damaged, InEverySingleByteIsAPictureOrAnError) {
  for (std::size_t at = 0; at < file_.size(); ++at) {
    const std::uint8_t good = file_[at];
    for (const int value : {good ^ 0xFF, good ^ 0x01, good ^ 0x80, good + 1, 0x00, 0xFF}) {
      TryAt(at, static_cast<std::uint8_t>(value));
    }
  }
  EXPECT_LT(pictures_, tries_);  // some damage is seen; the first bytes, at least
  EXPECT_TRUE(GivesAPicture(file_));
}

INSTANTIATE_TEST_SUITE_P(Tiny, Damaged,
                         ::testing::Values("baseline.jpg", "progressive.jpg", "exif.jpg",
                                           "cmyk.jpg", "window.jpg", "rgb.png", "palette.png",
                                           "interlaced.png", "lossy.webp", "lossless.webp",
                                           "alpha.webp", "animated.webp"));

using DamagedToAnything = Damaged;
TEST_P(DamagedToAnything, EveryByteToEveryValueIsAPictureOrAnError) {
  for (std::size_t at = 0; at < file_.size(); ++at) {
    for (int value = 0; value < 256; ++value) TryAt(at, static_cast<std::uint8_t>(value));
  }
  EXPECT_LT(pictures_, tries_);
}

INSTANTIATE_TEST_SUITE_P(Tiny, DamagedToAnything,
                         ::testing::Values("baseline.jpg", "progressive.jpg", "exif.jpg",
                                           "cmyk.jpg", "window.jpg", "palette.png", "lossy.webp",
                                           "animated.webp"));

}  // namespace
}  // namespace batchsizer::flow
