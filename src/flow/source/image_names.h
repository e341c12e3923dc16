// Which files are looked at in folders and archives: told by their names, since
// opening each would take too long. What is in them is told by their content.
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <string_view>

namespace batchsizer::flow {

// Whether name ends in one of the endings below, in any case, with something
// before it.
[[nodiscard]] bool IsImageName(std::string_view name);
// ".jpg, .jpeg, .png, .webp"
[[nodiscard]] std::string ImageEndings();

}  // namespace batchsizer::flow
