# Everything the build takes from outside. All are distribution packages (./dev
# installs them), but ONNX Runtime where the distribution has none: see
# FindOnnxRuntime.cmake.
find_package(Threads REQUIRED)
find_package(tl-expected REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(turbojpeg REQUIRED IMPORTED_TARGET libturbojpeg)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)
find_package(PNG REQUIRED)
find_package(Protobuf REQUIRED)
find_package(OnnxRuntime REQUIRED)
if(BATCHSIZER_BUILD_TESTS)
  include(GoogleTest)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)  # targets rapidcheck, rapidcheck_gtest
endif()
if(BATCHSIZER_BUILD_BENCH)
  find_package(benchmark REQUIRED)
endif()
