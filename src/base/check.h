// Broken invariants: say where, then abort. For programmer errors only; what a
// user or a device can cause is a Result.
#pragma once

#include <cstdio>
#include <cstdlib>

#define BATCHSIZER_CHECK(condition)                                                      \
  do {                                                                                   \
    if (!(condition)) {                                                                  \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                      \
    }                                                                                    \
  } while (false)
