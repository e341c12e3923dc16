# See CMakeLists.txt. Stops with an error at the first step that fails.
function(must)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nexited ${result}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

set(prefix "${WORK}/a prefix with spaces")
file(REMOVE_RECURSE "${WORK}")
must("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/first")
file(RENAME "${WORK}/first" "${prefix}")

# All public headers are installed, and nothing else is.
file(GLOB ours RELATIVE "${SOURCE}/include" "${SOURCE}/include/batchsizer/*")
file(GLOB theirs RELATIVE "${prefix}/include" "${prefix}/include/batchsizer/*")
if(NOT ours STREQUAL theirs)
  message(FATAL_ERROR "include/ has ${ours}\nbut installed were ${theirs}:\n"
    "the list in cmake/Install.cmake must name every public header")
endif()

must("${CMAKE_COMMAND}" -G "${GENERATOR}" -S "${SOURCE}/test/install/outside" -B "${WORK}/build"
  "-DCMAKE_PREFIX_PATH=${prefix}" "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_FLAGS=${FLAGS}"
  "-DCMAKE_BUILD_TYPE=${CONFIG}" "-DBATCHSIZER_VERSION=${VERSION}")
must("${CMAKE_COMMAND}" --build "${WORK}/build")
must("${WORK}/build/outside")
message(STATUS "${output}")

must("${prefix}/bin/batchsizer" --version)
if(NOT output MATCHES "${VERSION}")
  message(FATAL_ERROR "the installed batchsizer calls itself ${output}, not ${VERSION}")
endif()

# Completions and the manual lie where shells and man look, and are the program's own.
if(SHELL)
  foreach(file share/bash-completion/completions/batchsizer:completion:bash
      share/zsh/site-functions/_batchsizer:completion:zsh
      share/fish/vendor_completions.d/batchsizer.fish:completion:fish
      share/man/man1/batchsizer.1:manual)
    string(REPLACE ":" ";" words "${file}")
    list(POP_FRONT words file)
    must("${prefix}/bin/batchsizer" ${words})
    file(READ "${prefix}/${file}" installed)
    if(NOT installed STREQUAL output)
      message(FATAL_ERROR "${file} is not what the program prints")
    endif()
  endforeach()
endif()
