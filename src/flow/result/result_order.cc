#include "flow/result/result_order.h"

namespace batchsizer::flow {

Status ResultOrder::Add(std::size_t image, std::string_view record, const Out& out) {
  if (as_done_) return out(record);
  if (image != next_) {
    waiting_.emplace(image, record);
    return {};
  }
  ++next_;
  if (auto ok = out(record); !ok) return ok;
  return HandOnInTurn(out);
}

Status ResultOrder::HandOnInTurn(const Out& out) {
  while (!waiting_.empty() && waiting_.begin()->first == next_) {
    if (auto ok = out(waiting_.begin()->second); !ok) return ok;
    waiting_.erase(waiting_.begin());
    ++next_;
  }
  return {};
}

Status ResultOrder::Finish(const Out& out) {
  for (const auto& [image, record] : waiting_) {
    if (auto ok = out(record); !ok) return ok;
  }
  waiting_.clear();
  return {};
}

}  // namespace batchsizer::flow
