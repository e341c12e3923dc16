// The best classes of one image.
//
// Thread safety: thread-compatible.
#pragma once

#include <span>
#include <vector>

namespace batchsizer::flow {

class TopClasses {
 public:
  // The indices of the count highest scores, best first; fewer when there are not so
  // many. Ties and non-numbers have a place too: by index, non-numbers last.
  // Valid until the next call. Allocates nothing once it has seen as many scores.
  [[nodiscard]] std::span<const int> Of(std::span<const float> scores, int count);

 private:
  std::vector<int> order_;
};

}  // namespace batchsizer::flow
