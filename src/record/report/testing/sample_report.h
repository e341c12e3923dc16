// A report of made-up numbers with every kind of figure, for tests and for looking at.
//
// Thread safety: free functions without state.
#pragma once

#include "record/report/figure.h"

namespace batchsizer::record::testing {

[[nodiscard]] Figure SampleCurves();       // four panels, batch size on a log axis, two y axes
[[nodiscard]] Figure SampleGains();        // twenty jobs, one bar each, above and below 0
[[nodiscard]] Figure SampleBars();         // twenty jobs, six policies
[[nodiscard]] Figure SamplePower();        // power over time, with caps
[[nodiscard]] Figure SampleSearch();       // one search, annotated
[[nodiscard]] Figure SampleSensitivity();  // points with whiskers
[[nodiscard]] Report SampleReport();

}  // namespace batchsizer::record::testing
