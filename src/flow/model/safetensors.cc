#include "flow/model/safetensors.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <new>
#include <optional>
#include <utility>

#include "base/errno_error.h"
#include "base/text.h"
#include "flow/model/float16.h"
#include "flow/model/safetensors_header.h"

namespace batchsizer::flow {
namespace {

static_assert(std::endian::native == std::endian::little, "the files are little-endian");

constexpr std::int64_t kLengthBytes = 8;

template <typename Stored, typename Convert>
std::vector<float> Converted(const std::string& bytes, const Convert& convert) {
  std::vector<float> values(bytes.size() / sizeof(Stored));
  for (std::size_t i = 0; i < values.size(); ++i) {
    Stored stored{};
    std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    values[i] = convert(stored);
  }
  return values;
}

// Nothing where type is no floating-point number.
std::optional<std::vector<float>> ToFloats(std::string_view type, const std::string& bytes) {
  if (type == "F32") return Converted<float>(bytes, [](float x) { return x; });
  if (type == "F64")
    return Converted<double>(bytes, [](double x) { return static_cast<float>(x); });
  if (type == "F16") return Converted<std::uint16_t>(bytes, HalfToFloat);
  if (type == "BF16") {
    return Converted<std::uint16_t>(
        bytes, [](std::uint16_t x) { return std::bit_cast<float>(std::uint32_t{x} << 16U); });
  }
  return std::nullopt;
}

tl::unexpected<Error> Truncated(const std::string& path, std::string_view how) {
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: truncated or no safetensors file: {}", path, how));
}

}  // namespace

std::string ShapeText(const std::vector<std::int64_t>& shape) {
  return shape.empty() ? "one number" : fmt::format("{}", fmt::join(shape, " x "));
}

Result<SafetensorsFile> SafetensorsFile::Open(const std::string& path) {
  if (const auto kind = base::IrregularKind(path)) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: is {}; expected a .safetensors file", path, *kind));
  }
  base::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return base::ErrnoError(fmt::format("{}: cannot be opened", path), errno);
  SafetensorsFile opened(path, std::move(file));
  try {
    if (const Status read = opened.ReadHeader(); !read) return tl::unexpected(read.error());
  } catch (const std::bad_alloc&) {
    return MakeError(ErrorCode::kOutOfMemory, fmt::format("{}: no memory for its header", path));
  }
  return opened;
}

Status SafetensorsFile::ReadHeader() {
  struct stat info {};
  if (::fstat(file_.get(), &info) != 0) return base::ErrnoError(path_, errno);
  const auto size = static_cast<std::int64_t>(info.st_size);
  if (size < kLengthBytes) {
    return Truncated(path_, fmt::format("{} bytes are less than the 8 it begins with", size));
  }
  const auto prefix = ReadBytes(0, kLengthBytes);
  if (!prefix) return tl::unexpected(prefix.error());
  std::uint64_t length = 0;
  std::memcpy(&length, prefix->data(), sizeof length);
  if (length > std::uint64_t{kMostHeaderBytes}) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: no safetensors file: its first 8 bytes, the header's length, "
                                 "are {}; at most {} is allowed{}",
                                 path_, length, kMostHeaderBytes, OtherFormat(*prefix)));
  }
  data_begin_ = kLengthBytes + static_cast<std::int64_t>(length);
  if (data_begin_ > size) {
    return Truncated(
        path_, fmt::format("a header of {} bytes does not fit in the file's {}", length, size));
  }
  const auto header = ReadBytes(kLengthBytes, static_cast<std::int64_t>(length));
  if (!header) return tl::unexpected(header.error());
  auto tensors = ParseSafetensorsHeader(*header, size - data_begin_);
  if (!tensors) return Annotate(path_, tensors.error());
  tensors_ = *std::move(tensors);
  return {};
}

const StoredTensor* SafetensorsFile::Find(std::string_view name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : &found->second;
}

Result<std::string> SafetensorsFile::ReadBytes(std::int64_t begin, std::int64_t count) const {
  std::string bytes(static_cast<std::size_t>(count), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::pread(file_.get(), bytes.data() + done, bytes.size() - done,
                                static_cast<off_t>(begin) + static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::ErrnoError(fmt::format("{}: cannot be read", path_), errno);
    if (got == 0) return Truncated(path_, "it became shorter while it was read");
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

Result<std::vector<float>> SafetensorsFile::Read(std::string_view name) const {
  const StoredTensor& tensor = tensors_.find(name)->second;
  if (!IsFloatType(tensor.type)) {
    return MakeError(ErrorCode::kUnsupported,
                     fmt::format("{}: tensor '{}' is of type {}; weights can be read from F64, "
                                 "F32, F16 and BF16",
                                 path_, name, tensor.type));
  }
  const auto bytes = ReadBytes(data_begin_ + tensor.begin, tensor.end - tensor.begin);
  if (!bytes) return tl::unexpected(bytes.error());
  auto values = *ToFloats(tensor.type, *bytes);
  const auto odd =
      std::find_if(values.begin(), values.end(), [](float x) { return !std::isfinite(x); });
  if (odd == values.end()) return values;
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: tensor '{}' holds {} at place {}, which is no finite number "
                               "as float32",
                               path_, name, *odd, odd - values.begin()));
}

}  // namespace batchsizer::flow
