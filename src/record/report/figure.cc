#include "record/report/figure.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace batchsizer::record {

Role RoleOfPolicy(const std::string& policy) {
  static constexpr std::pair<std::string_view, Role> kRoles[] = {{"paper", Role::kPaper},
                                                                 {"paper-text", Role::kPaper},
                                                                 {"dvfs", Role::kDvfs},
                                                                 {"pit", Role::kPit},
                                                                 {"power-limit", Role::kPowerLimit},
                                                                 {"batchsizer", Role::kBatchSizer},
                                                                 {"joint", Role::kJoint},
                                                                 {"fixed", Role::kFixed},
                                                                 {"oracle", Role::kOracle}};
  const auto* const found = std::find_if(std::begin(kRoles), std::end(kRoles),
                                         [&](const auto& pair) { return pair.first == policy; });
  return found == std::end(kRoles) ? Role::kAuto : found->second;
}

std::string CsvName(const Figure& figure) { return figure.id + ".csv"; }

}  // namespace batchsizer::record
