# What `cmake --install` puts where:
#   bin/batchsizer                      the program (src/cli)
#   share/...                           its manual and completions (src/cli)
#   lib/libbatchsizer.a, include/batchsizer/*.h, lib/cmake/batchsizer/
#                                       the library: find_package(batchsizer)
#   lib/batchsizer/libonnxruntime.so.*  ONNX Runtime, where it is not the system's
#
# The library is the part of BatchSizer that other programs embed: the rooms
# below in one archive, target batchsizer::batchsizer (the same name for
# add_subdirectory). A room is added here when a public header needs it.
set(library_rooms base policy control power sampler)

# By name, so that nothing gets public by accident; test/install compares this
# with what lies in include/batchsizer/.
set(public_headers
    batchsizer.h clock.h clock_knob.h controller.h engine.h meters.h policies.h policy.h power_cap.h
    power_meter.h record.h result.h units.h)

set(objects "")
foreach(room IN LISTS library_rooms)
  list(APPEND objects "$<TARGET_OBJECTS:batchsizer_${room}>")
endforeach()
add_library(batchsizer_library STATIC ${objects})
add_library(batchsizer::batchsizer ALIAS batchsizer_library)
target_compile_features(batchsizer_library PUBLIC cxx_std_20)
target_include_directories(batchsizer_library INTERFACE
  "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
  "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
target_link_libraries(batchsizer_library PUBLIC tl::expected PRIVATE fmt::fmt Threads::Threads)
set_target_properties(batchsizer_library PROPERTIES
  OUTPUT_NAME batchsizer EXPORT_NAME batchsizer LINKER_LANGUAGE CXX)

list(TRANSFORM public_headers PREPEND "${PROJECT_SOURCE_DIR}/include/batchsizer/")
install(FILES ${public_headers} DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/batchsizer")
install(TARGETS batchsizer_library EXPORT batchsizer_targets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")

include(CMakePackageConfigHelpers)
set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/batchsizer")
install(EXPORT batchsizer_targets FILE batchsizer-targets.cmake NAMESPACE batchsizer::
  DESTINATION "${package_folder}")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/batchsizer-config.cmake.in"
  "${PROJECT_BINARY_DIR}/batchsizer-config.cmake" INSTALL_DESTINATION "${package_folder}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/batchsizer-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/batchsizer-config.cmake"
  "${PROJECT_BINARY_DIR}/batchsizer-config-version.cmake" DESTINATION "${package_folder}")

# uPlot is inside the program, and in the pages that it writes.
install(FILES "${UPLOT_LICENSE}" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/batchsizer/uplot")

if(NOT ONNXRUNTIME_IS_DISTRIBUTION)
  # Beside the program, not among the system's libraries: bin/../lib/batchsizer
  # is where it looks. With the licence that comes with it.
  get_filename_component(onnxruntime_folder "${ONNXRUNTIME_LIBRARY}" DIRECTORY)
  install(FILES "${ONNXRUNTIME_LIBRARY}" DESTINATION lib/batchsizer)
  install(FILES "${onnxruntime_folder}/LICENSE" "${onnxruntime_folder}/ThirdPartyNotices.txt"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/batchsizer/onnxruntime" OPTIONAL)
  get_filename_component(library_name "${ONNXRUNTIME_LIBRARY}" NAME)
  if(NOT library_name STREQUAL "libonnxruntime.so.1")
    # The name that the library calls itself by.
    file(CREATE_LINK "${library_name}" "${PROJECT_BINARY_DIR}/libonnxruntime.so.1" SYMBOLIC)
    install(FILES "${PROJECT_BINARY_DIR}/libonnxruntime.so.1" DESTINATION lib/batchsizer)
  endif()
endif()
