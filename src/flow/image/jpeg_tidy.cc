#include "flow/image/jpeg_tidy.h"

#include <algorithm>
#include <array>

namespace batchsizer::flow {
namespace {

// The second byte of a marker; the first is 0xFF.
constexpr std::uint8_t kFirstRestart = 0xD0;
constexpr std::uint8_t kLastRestart = 0xD7;
constexpr std::uint8_t kStartOfImage = 0xD8;
constexpr std::uint8_t kEndOfImage = 0xD9;
constexpr std::uint8_t kStartOfScan = 0xDA;
constexpr std::uint8_t kApp0 = 0xE0;
constexpr std::uint8_t kTemporary = 0x01;

bool IsRestart(std::uint8_t marker) { return marker >= kFirstRestart && marker <= kLastRestart; }

bool HasNoContent(std::uint8_t marker) {
  return IsRestart(marker) || marker == kStartOfImage || marker == kEndOfImage ||
         marker == kTemporary;
}

// The first marker from at on, passing over 0xFF as a pixel's byte (a 0 follows)
// and as filling (another 0xFF follows). At least file.size() - 1: none is left.
std::size_t FindMarker(std::span<const std::uint8_t> file, std::size_t at) {
  const auto is_marker = [](std::uint8_t a, std::uint8_t b) {
    return a == 0xFF && b != 0x00 && b != 0xFF;
  };
  while (at + 1 < file.size() && !is_marker(file[at], file[at + 1])) ++at;
  return at;
}

// Restart markers are part of a scan.
std::size_t EndOfScan(std::span<const std::uint8_t> file, std::size_t at) {
  at = FindMarker(file, at);
  while (at + 1 < file.size() && IsRestart(file[at + 1])) at = FindMarker(file, at + 2);
  return at + 1 < file.size() ? at : file.size();
}

// Of the segment whose marker is at at, pixels included.
std::size_t EndOfSegment(std::span<const std::uint8_t> file, std::size_t at) {
  const std::uint8_t marker = file[at + 1];
  if (HasNoContent(marker)) return at + 2;
  if (at + 4 > file.size()) return file.size();
  const std::size_t length = std::size_t{file[at + 2]} << 8U | file[at + 3];
  const std::size_t end = std::min(file.size(), at + 2 + length);
  return marker == kStartOfScan ? EndOfScan(file, end) : end;
}

void SetUsualVersion(std::span<std::uint8_t> segment) {
  constexpr std::array<std::uint8_t, 5> kName{'J', 'F', 'I', 'F', 0};
  constexpr std::size_t kNameAt = 4;
  constexpr std::size_t kVersionAt = kNameAt + kName.size();
  if (segment[1] != kApp0 || segment.size() <= kVersionAt) return;
  if (!std::equal(kName.begin(), kName.end(), segment.begin() + kNameAt)) return;
  segment[kVersionAt] = 1;
}

}  // namespace

std::size_t CopyTidied(std::span<const std::uint8_t> file, std::uint8_t* out) {
  std::size_t size = 0;
  // The first segment is the start-of-image marker.
  for (std::size_t at = 0; at + 1 < file.size();) {
    const std::size_t end = EndOfSegment(file, at);
    const auto segment = file.subspan(at, end - at);
    std::copy(segment.begin(), segment.end(), out + size);
    SetUsualVersion({out + size, segment.size()});
    size += segment.size();
    if (file[at + 1] == kEndOfImage) return size;
    at = FindMarker(file, end);
  }
  return 0;
}

}  // namespace batchsizer::flow
