#include "control/power/sysfs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/text.h"

namespace batchsizer::power {
namespace {

ErrorCode CodeOfErrno(int error) {
  if (error == EACCES || error == EPERM) return ErrorCode::kPermissionDenied;
  if (error == ENOENT || error == ENOTDIR || error == ENODEV) return ErrorCode::kUnavailable;
  return ErrorCode::kIo;
}

}  // namespace

int OpenReadOnly(const char* path) {
  const int descriptor = ::open(path, O_RDONLY | O_CLOEXEC);
  return descriptor >= 0 ? descriptor : -errno;
}

Result<SysfsFile> SysfsFile::Open(const std::string& path, const OpenFunction& open) {
  const int descriptor = open(path.c_str());
  if (descriptor >= 0) return SysfsFile(descriptor);
  return MakeError(CodeOfErrno(-descriptor),
                   fmt::format("{}: cannot be opened: {}", path, std::strerror(-descriptor)));
}

SysfsFile::SysfsFile(SysfsFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

SysfsFile& SysfsFile::operator=(SysfsFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

SysfsFile::~SysfsFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<double> SysfsFile::Read() const {
  std::array<char, 64> text;  // an attribute's number has at most 20 digits
  const ssize_t size = ::pread(descriptor_, text.data(), text.size(), 0);
  if (size < 0) return std::nullopt;
  const auto value = base::ParseInteger({text.data(), static_cast<std::size_t>(size)});
  return value ? static_cast<double>(*value) : std::numeric_limits<double>::quiet_NaN();
}

std::optional<std::string> ReadSysfsText(const std::string& path) {
  const auto text = base::ReadFile(path);
  if (!text) return std::nullopt;
  return std::string(base::Trim(*text));
}

std::optional<double> ReadSysfsNumber(const std::string& path) {
  const auto text = ReadSysfsText(path);
  return text ? base::ParseNumber(*text) : std::nullopt;
}

std::vector<std::string> EntriesOf(const std::string& folder, const std::string& prefix) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (const std::filesystem::directory_iterator end; !error && entry != end;
       entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (name.starts_with(prefix)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return std::tuple(a.size(), std::string_view(a)) < std::tuple(b.size(), std::string_view(b));
  });
  return names;
}

}  // namespace batchsizer::power
