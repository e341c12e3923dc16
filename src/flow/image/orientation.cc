#include "flow/image/orientation.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace batchsizer::flow {
namespace {

constexpr std::array<std::uint8_t, 6> kPrefix{'E', 'x', 'i', 'f', 0, 0};

bool BeginsWith(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> begin) {
  return bytes.size() >= begin.size() && std::equal(begin.begin(), begin.end(), bytes.begin());
}

// TIFF's numbers; past the end all is 0.
class TiffBytes {
 public:
  TiffBytes(std::span<const std::uint8_t> bytes, bool little) : bytes_(bytes), little_(little) {}

  [[nodiscard]] std::uint32_t Short(std::size_t at) const {
    const std::uint32_t first = Byte(at);
    const std::uint32_t second = Byte(at + 1);
    return little_ ? second << 8U | first : first << 8U | second;
  }
  [[nodiscard]] std::uint32_t Long(std::size_t at) const {
    const std::uint32_t first = Short(at);
    const std::uint32_t second = Short(at + 2);
    return little_ ? second << 16U | first : first << 16U | second;
  }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

 private:
  [[nodiscard]] std::uint32_t Byte(std::size_t at) const {
    return at < bytes_.size() ? bytes_[at] : 0U;
  }

  std::span<const std::uint8_t> bytes_;
  bool little_;
};

Orientation FromDirectory(const TiffBytes& tiff, std::size_t directory) {
  constexpr std::uint32_t kOrientationTag = 0x0112;
  constexpr std::uint32_t kShortType = 3;
  constexpr std::uint32_t kLongType = 4;
  constexpr std::size_t kEntryBytes = 12;
  const std::size_t entries = tiff.Short(directory);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + i * kEntryBytes;
    if (at + kEntryBytes > tiff.size()) break;
    if (tiff.Short(at) != kOrientationTag) continue;
    const std::uint32_t type = tiff.Short(at + 2);
    const std::uint32_t value = type == kShortType  ? tiff.Short(at + 8)
                                : type == kLongType ? tiff.Long(at + 8)
                                                    : 0U;
    return value >= 1 && value <= 8 ? Orientation{static_cast<int>(value)} : Orientation{};
  }
  return {};
}

}  // namespace

Orientation OrientationOf(std::span<const std::uint8_t> exif) {
  constexpr std::array<std::uint8_t, 4> kLittle{'I', 'I', 42, 0};
  constexpr std::array<std::uint8_t, 4> kBig{'M', 'M', 0, 42};
  constexpr std::size_t kDirectoryAt = 4;
  if (BeginsWith(exif, kPrefix)) exif = exif.subspan(kPrefix.size());
  const bool little = BeginsWith(exif, kLittle);
  if (!little && !BeginsWith(exif, kBig)) return {};
  const TiffBytes tiff(exif, little);
  return FromDirectory(tiff, tiff.Long(kDirectoryAt));
}

}  // namespace batchsizer::flow
