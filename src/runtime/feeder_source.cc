#include "runtime/feeder_source.h"

namespace batchsizer::runtime {

ReadyBatch FeederSource::Take(int wanted) {
  const auto images = feeder_.Take(wanted, go_on_);
  return {static_cast<int>(images.size()), feeder_.Data(), images};
}

}  // namespace batchsizer::runtime
