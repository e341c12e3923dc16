// What all figures and tables of the evaluation have in common.
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <utility>

#include "record/report/figure.h"

namespace batchsizer::sim {

// Makes the whole, every figure and table of it.
inline constexpr const char* kPaperCommand = "batchsizer experiment paper --out DIR";

[[nodiscard]] inline record::Figure EmulatedFigure(std::string id, std::string number,
                                                   std::string title) {
  record::Figure figure;
  figure.id = std::move(id);
  figure.number = std::move(number);
  figure.title = std::move(title);
  figure.command = kPaperCommand;
  figure.note = "emulated";
  return figure;
}

}  // namespace batchsizer::sim
