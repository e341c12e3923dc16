# uPlot, the JavaScript library that draws the charts of `batchsizer explain`. It
# becomes part of the program, and of every page that it writes. Searched, in this
# order:
#   1. BATCHSIZER_UPLOT_ROOT (CMake variable, else environment variable)
#   2. the cache folder that tools/fetch_uplot.sh (called by ./dev) fills
#
# Sets  UPlot_FOUND, UPLOT_SCRIPT, UPLOT_STYLE, UPLOT_LICENSE   full paths
set(_uplot_version 1.6.32)  # the same as in tools/fetch_uplot.sh

set(_uplot_root "${BATCHSIZER_UPLOT_ROOT}")
if(NOT _uplot_root)
  set(_uplot_root "$ENV{BATCHSIZER_UPLOT_ROOT}")
endif()
if(_uplot_root)
  set(_uplot_reason "BATCHSIZER_UPLOT_ROOT is ${_uplot_root}, but there is no uPlot.iife.min.js, \
uPlot.min.css or LICENSE in it or in its dist/")
else()
  set(_uplot_root "$ENV{XDG_CACHE_HOME}")
  if(NOT _uplot_root)
    set(_uplot_root "$ENV{HOME}/.cache")
  endif()
  set(_uplot_root "${_uplot_root}/batchsizer/uplot-${_uplot_version}")
  set(_uplot_reason "uPlot is not in ${_uplot_root}. Run tools/fetch_uplot.sh (./dev build does), \
or set BATCHSIZER_UPLOT_ROOT to an unpacked package of uPlot ${_uplot_version}")
endif()

macro(_uplot_find variable name)
  unset(${variable})
  foreach(_file IN ITEMS "${_uplot_root}/${name}" "${_uplot_root}/dist/${name}")
    if(NOT ${variable} AND EXISTS "${_file}")
      set(${variable} "${_file}")
    endif()
  endforeach()
endmacro()
_uplot_find(UPLOT_SCRIPT uPlot.iife.min.js)
_uplot_find(UPLOT_STYLE uPlot.min.css)
_uplot_find(UPLOT_LICENSE LICENSE)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(UPlot
  REQUIRED_VARS UPLOT_SCRIPT UPLOT_STYLE UPLOT_LICENSE
  REASON_FAILURE_MESSAGE "${_uplot_reason}")
