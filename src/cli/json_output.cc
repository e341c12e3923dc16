#include "cli/json_output.h"

#include <nlohmann/json.hpp>

#include "cli/terminal.h"

namespace batchsizer::cli {

void PrintJson(const nlohmann::ordered_json& value) {
  constexpr int kOneLine = -1;
  constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;
  Print("{}\n", value.dump(kOneLine, ' ', /*ensure_ascii=*/false, kReplace));
}

}  // namespace batchsizer::cli
