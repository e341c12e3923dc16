// Fewer points that look the same: of many in one column of a picture only the first,
// the lowest, the highest and the last can be seen.
//
// Thread safety: free functions without state.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace batchsizer::record {

// Indices of the points to draw, ascending. x: places in units of a column's width,
// ascending, finite; y: values, of which those that are not finite are gaps. A gap is
// kept (as one index) unless it lies within a column. Few points: all of them.
[[nodiscard]] std::vector<std::size_t> ThinPoints(std::span<const double> x,
                                                  std::span<const double> y);

}  // namespace batchsizer::record
