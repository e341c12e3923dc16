// How many CPUs this process may use, for choosing numbers of threads.
//
// Thread safety: free functions without state.
#pragma once

#include <optional>
#include <string>

namespace batchsizer::base {

// The CPUs of this process's affinity mask; fewer where a control group's quota
// (a container's limit, say) comes to less, rounded up. At least 1.
[[nodiscard]] int UsableCpus();

// The smallest quota among the control groups that this process is in and those
// above them, in CPUs, rounded up; nullopt where none is set or can be read.
// root: "/" but for tests.
[[nodiscard]] std::optional<int> CpuQuota(const std::string& root);

}  // namespace batchsizer::base
