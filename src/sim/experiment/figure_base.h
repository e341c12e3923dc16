// What all figures of the evaluation have in common. paper_report.cc adds the command
// that makes them.
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <utility>

#include "record/report/figure.h"

namespace batchsizer::sim {

[[nodiscard]] inline record::Figure EmulatedFigure(std::string id, std::string number,
                                                   std::string title) {
  record::Figure figure;
  figure.id = std::move(id);
  figure.number = std::move(number);
  figure.title = std::move(title);
  figure.note = "emulated";
  return figure;
}

}  // namespace batchsizer::sim
