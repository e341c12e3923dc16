#include "flow/result/finished.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/utf8.h"

namespace batchsizer::flow {
namespace {

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Whether a path has nothing in it that lexically_normal would take away.
bool IsNormal(std::string_view path) {
  for (auto slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    const std::string_view after = path.substr(slash + 1, 3);
    const bool dots = after == "." || after == ".." || after.starts_with("./") || after == "../";
    if (after.starts_with('/') || dots) return false;
  }
  return true;
}

}  // namespace

Finished::Finished(std::string folder) : folder_(std::move(folder)) {
  std::error_code none;
  if (folder_.empty()) folder_ = base::ToValidUtf8(std::filesystem::current_path(none).string());
  if (!folder_.ends_with('/')) folder_ += '/';
}

void Finished::Add(std::string_view image) {
  names_.push_back(Key(image));
  ++left_;
}

void Finished::Seal() {
  std::sort(names_.begin(), names_.end());
  counts_.clear();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (kept > 0 && names_[i] == names_[kept - 1]) {
      ++counts_.back();
    } else {
      names_[kept++] = names_[i];
      counts_.push_back(1);
    }
  }
  names_.resize(kept);
  names_.shrink_to_fit();
  counts_.shrink_to_fit();
}

bool Finished::Take(std::string_view image) {
  if (left_ == 0) return false;
  const base::Hash128 key = Key(image);
  const auto at = std::lower_bound(names_.begin(), names_.end(), key);
  if (at == names_.end() || *at != key) return false;
  std::uint32_t& count = counts_[static_cast<std::size_t>(at - names_.begin())];
  if (count == 0) return false;
  --count;
  --left_;
  return true;
}

base::Hash128 Finished::Key(std::string_view image) {
  path_.clear();
  if (!image.starts_with('/')) path_ = folder_;
  if (IsAscii(image)) {
    path_ += image;
  } else {
    path_ += base::ToValidUtf8(image);
  }
  if (IsNormal(path_)) return base::HashOf(path_);
  return base::HashOf(std::filesystem::path(path_).lexically_normal().string());
}

}  // namespace batchsizer::flow
