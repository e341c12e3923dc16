# ONNX Runtime: its headers, and where its shared library lies.
#
# Nothing is linked: the engine opens the library at run time, so that a command
# which runs no model does not pay for loading it. Searched, in this order:
#   1. BATCHSIZER_ONNXRUNTIME_ROOT (CMake variable, else environment variable)
#   2. the distribution's package
#   3. the cache folder that tools/fetch_onnxruntime.sh (called by ./dev) fills
#
# Sets  OnnxRuntime_FOUND, ONNXRUNTIME_INCLUDE_DIR,
#       ONNXRUNTIME_LIBRARY             full path of the shared library
#       ONNXRUNTIME_IS_DISTRIBUTION     true for 2.: nothing to install with us
# Makes OnnxRuntime::Headers            INTERFACE target with the include folder
set(_ort_version 1.32.0)  # the same as in tools/fetch_onnxruntime.sh

set(_ort_root "${BATCHSIZER_ONNXRUNTIME_ROOT}")
if(NOT _ort_root)
  set(_ort_root "$ENV{BATCHSIZER_ONNXRUNTIME_ROOT}")
endif()
set(_ort_cache "$ENV{XDG_CACHE_HOME}")
if(NOT _ort_cache)
  set(_ort_cache "$ENV{HOME}/.cache")
endif()
set(_ort_cache "${_ort_cache}/batchsizer/onnxruntime-${_ort_version}-${CMAKE_SYSTEM_PROCESSOR}")

# Looks for headers below each of include_folders and a library in each of
# library_folders; sets _ort_include and _ort_library to what it finds.
macro(_ort_look include_folders library_folders)
  unset(_ort_include)
  unset(_ort_library)
  foreach(_folder IN ITEMS ${include_folders})
    foreach(_suffix IN ITEMS "" /onnxruntime /onnxruntime/core/session)
      if(NOT _ort_include AND EXISTS "${_folder}${_suffix}/onnxruntime_cxx_api.h")
        set(_ort_include "${_folder}${_suffix}")
      endif()
    endforeach()
  endforeach()
  foreach(_folder IN ITEMS ${library_folders})
    if(NOT _ort_library)
      # The versioned file (libonnxruntime.so.1.32.0) before any link to it.
      file(GLOB _candidates "${_folder}/libonnxruntime.so.*.*")
      list(APPEND _candidates "${_folder}/libonnxruntime.so.1" "${_folder}/libonnxruntime.so")
      foreach(_candidate IN LISTS _candidates)
        if(NOT _ort_library AND EXISTS "${_candidate}")
          set(_ort_library "${_candidate}")
        endif()
      endforeach()
    endif()
  endforeach()
endmacro()

set(ONNXRUNTIME_IS_DISTRIBUTION FALSE)
if(_ort_root)
  _ort_look("${_ort_root}/include" "${_ort_root}/lib;${_ort_root}/lib64;${_ort_root}")
  set(_ort_reason "BATCHSIZER_ONNXRUNTIME_ROOT is ${_ort_root}, but there is no \
include/onnxruntime_cxx_api.h or no lib/libonnxruntime.so.* in it")
else()
  _ort_look("/usr/include;/usr/local/include"
            "/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE};/usr/lib64;/usr/lib;/usr/local/lib")
  if(_ort_include AND _ort_library)
    set(ONNXRUNTIME_IS_DISTRIBUTION TRUE)
  else()
    _ort_look("${_ort_cache}/include" "${_ort_cache}/lib")
  endif()
  set(_ort_reason "ONNX Runtime is neither a package of this system nor in ${_ort_cache}. \
Run tools/fetch_onnxruntime.sh (./dev build does), or set BATCHSIZER_ONNXRUNTIME_ROOT to a \
folder with include/ and lib/ of ONNX Runtime")
endif()

set(ONNXRUNTIME_INCLUDE_DIR "${_ort_include}")
set(ONNXRUNTIME_LIBRARY "${_ort_library}")
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OnnxRuntime
  REQUIRED_VARS ONNXRUNTIME_LIBRARY ONNXRUNTIME_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "${_ort_reason}")

if(OnnxRuntime_FOUND AND NOT TARGET OnnxRuntime::Headers)
  add_library(OnnxRuntime::Headers INTERFACE IMPORTED)
  set_target_properties(OnnxRuntime::Headers PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${ONNXRUNTIME_INCLUDE_DIR}")
endif()
