// The parts of a frame of the live view, each put into its rows of the grid.
//
// Thread safety: free functions without state.
#pragma once

#include "cli/view/chart.h"
#include "cli/view/grid.h"
#include "cli/view/layout.h"
#include "cli/view/model.h"

namespace batchsizer::cli::view {

void PutTitle(Grid& grid, int row, const Model& model);
void PutProgress(Grid& grid, int row, const Model& model);
// Power now, in words.
void PutPower(Grid& grid, int row, const Model& model);
// Power, time axis, batch size and speed; returns the row below them.
int PutCharts(Grid& grid, int row, const Rows& rows, const Model& model);
// Numbers of the run. What a chart already tells is left out.
void PutStats(Grid& grid, int row, const Rows& rows, const Model& model);
void PutDecisions(Grid& grid, const Box& box, const Model& model, bool heading);
void PutMessages(Grid& grid, const Box& box, const Model& model, bool heading);
void PutKeys(Grid& grid, int row, const Model& model);
void PutHelp(Grid& grid, int row);

}  // namespace batchsizer::cli::view
