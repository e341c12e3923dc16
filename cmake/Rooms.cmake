# One target per room (folder of src/), with its links spelled out.
#
#   batchsizer_room(NAME SOURCES a.cc ... [PUBLIC lib ...] [PRIVATE lib ...])
#     makes the static library batchsizer_NAME.
#   batchsizer_test(NAME SOURCES a_test.cc ... [LINKS lib ...] [LABEL slow])
#     makes the test program NAME and hands its cases to CTest.

set(BATCHSIZER_WARNINGS
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast
    -Wdouble-promotion -Wformat=2 -Woverloaded-virtual)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND BATCHSIZER_WARNINGS -Wsuggest-override)
endif()
if(BATCHSIZER_WERROR)
  list(APPEND BATCHSIZER_WARNINGS -Werror)
endif()

function(batchsizer_target_defaults target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  target_compile_options(${target} PRIVATE ${BATCHSIZER_WARNINGS})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src")
endfunction()

function(batchsizer_room name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  set(target batchsizer_${name})
  add_library(${target} STATIC ${ARG_SOURCES})
  batchsizer_target_defaults(${target})
  target_include_directories(${target} PUBLIC
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  target_link_libraries(${target} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

function(batchsizer_test name)
  if(NOT BATCHSIZER_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  batchsizer_target_defaults(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    BATCHSIZER_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT ${BATCHSIZER_TEST_TIMEOUT} LABELS "${ARG_LABEL}")
endfunction()
