#include "flow/batch/image_queue.h"

#include <string_view>
#include <utility>

namespace batchsizer::flow {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16U;

}  // namespace

void ImageQueue::Push(ImageItem& item) {
  const std::size_t size = item.name.size() + 2;
  if (chunks_.empty() || chunks_.back().size() + size > kChunk) {
    chunks_.push_back(std::exchange(spare_, {}));
    chunks_.back().reserve(kChunk);
  }
  const bool has_extra = item.content || item.error;
  std::string& chunk = chunks_.back();
  chunk.push_back(has_extra ? '+' : '-');
  chunk.append(item.name).push_back('\0');
  name_bytes_ += size;
  if (!has_extra) return;
  content_bytes_ += item.content ? item.content->size() : 0;
  extras_.push_back({std::exchange(item.content, {}), std::exchange(item.error, {})});
}

void ImageQueue::Pop(ImageItem& item) {
  std::string& chunk = chunks_.front();
  const bool has_extra = chunk[next_] == '+';
  item.name = std::string_view(&chunk[next_ + 1]);
  const std::size_t size = item.name.size() + 2;
  next_ += size;
  name_bytes_ -= size;
  if (next_ == chunk.size()) {
    spare_ = std::move(chunk);
    spare_.clear();
    chunks_.pop_front();
    next_ = 0;
  }
  item.content.reset();
  item.error.reset();
  if (!has_extra) return;
  item.content = std::move(extras_.front().content);
  item.error = std::move(extras_.front().error);
  extras_.pop_front();
  content_bytes_ -= item.content ? item.content->size() : 0;
}

}  // namespace batchsizer::flow
