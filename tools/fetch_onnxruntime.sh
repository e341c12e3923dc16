#!/usr/bin/env bash
# Puts ONNX Runtime's headers and library into the cache folder in which
# cmake/FindOnnxRuntime.cmake looks. Does nothing when they are there.
#
#   tools/fetch_onnxruntime.sh            fetch what is missing; needs pip and npm
#   tools/fetch_onnxruntime.sh --check    exit 0 when nothing is missing, else 1
#   tools/fetch_onnxruntime.sh --needs    print the clients it would need: pip, npm
#   tools/fetch_onnxruntime.sh --from DIR take the two archives from DIR instead
#
# The library is the official wheel's; the wheel has no headers, so those come
# from a package that carries them. Both are pinned by version and sha256.
# --from is for machines without network: DIR holds the two archives by name.
set -euo pipefail

version=1.32.0 # the same as in cmake/FindOnnxRuntime.cmake
headers_package=com.github.asus4.onnxruntime
headers_version=0.4.9
headers_sha256=e59788788818fdde1b2e522e766a21ba0f7d8391de55737abf81e32cc801785d
headers_folder='package/Plugins/iOS~/onnxruntime.xcframework/ios-arm64/onnxruntime.framework/Headers'

fail() {
  echo "fetch_onnxruntime: $*" >&2
  exit 1
}

arch=$(uname -m)
case $arch in
  x86_64) wheel_sha256=5a34fc4dfeb5a7b4a74c95dcba1e773d722abda720b474edf1b0c419dc6d163d ;;
  aarch64) wheel_sha256=2303372a85299b6757b0e11e1cbf13e410ddf7e10c37f4b37e99d1c90e7daf7c ;;
  *) fail "no pinned ONNX Runtime for $arch: set BATCHSIZER_ONNXRUNTIME_ROOT to one of your own" ;;
esac
cache=${XDG_CACHE_HOME:-$HOME/.cache}/batchsizer/onnxruntime-$version-$arch
library=$cache/lib/libonnxruntime.so.$version
header=$cache/include/onnxruntime_cxx_api.h
archives=

have_library() { [[ -f $library ]]; }
have_headers() { [[ -f $header ]]; }

check_sha256() { # FILE SHA256
  echo "$2  $1" | sha256sum --check --status ||
    fail "$1 has sha256 $(sha256sum "$1" | cut -d' ' -f1), expected $2: not used"
}

# Unpacks into a folder beside the final one and moves it in place as the last
# step, so that an interrupted run leaves nothing half done.
fetch_library() {
  local work=$1 wheel
  if [[ -z $archives ]]; then
    echo "fetching ONNX Runtime $version (28 MB wheel) with pip"
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
      --python-version 3.11 --platform "manylinux_2_28_$arch" --platform "manylinux_2_27_$arch" \
      -d "$work" "onnxruntime==$version"
  fi
  wheel=$(find "${archives:-$work}" -maxdepth 1 -name "onnxruntime-$version-*_$arch.whl" | head -n 1)
  [[ -n $wheel ]] || fail "no wheel of onnxruntime $version for $arch in ${archives:-$work}"
  check_sha256 "$wheel" "$wheel_sha256"
  mkdir -p "$work/lib"
  python3 - "$wheel" "$work/lib" "onnxruntime/capi/libonnxruntime.so.$version" \
    onnxruntime/LICENSE onnxruntime/ThirdPartyNotices.txt <<'PYTHON'
import os, shutil, sys, zipfile
wheel, folder, *members = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for member in members:
        with archive.open(member) as source, \
                open(os.path.join(folder, os.path.basename(member)), "wb") as target:
            shutil.copyfileobj(source, target)
PYTHON
  ln -sf "libonnxruntime.so.$version" "$work/lib/libonnxruntime.so.1"
  rm -rf "${cache:?}/lib"
  mv "$work/lib" "$cache/lib"
}

fetch_headers() {
  local work=$1 archive=$headers_package-$headers_version.tgz
  if [[ -z $archives ]]; then
    echo "fetching ONNX Runtime's headers (150 MB archive, 1 MB kept) with npm"
    (cd "$work" && npm pack --silent "$headers_package@$headers_version" >/dev/null)
  fi
  archive=${archives:-$work}/$archive
  [[ -f $archive ]] || fail "$archive is not there"
  check_sha256 "$archive" "$headers_sha256"
  tar -xzf "$archive" --no-same-owner -C "$work" "$headers_folder"
  rm -rf "${cache:?}/include"
  mv "$work/$headers_folder" "$cache/include"
}

main() {
  case ${1:-} in
    --check) have_library && have_headers; return ;;
    --needs)
      have_library || echo pip
      have_headers || echo npm
      return 0
      ;;
    --from) archives=$(cd "${2:?--from needs a folder}" && pwd) ;;
    '') ;;
    *) fail "unknown option $1: it takes --check, --needs or --from DIR" ;;
  esac
  if have_library && have_headers; then return 0; fi
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  have_library || fetch_library "$work"
  have_headers || fetch_headers "$work"
  echo "ONNX Runtime $version is in $cache"
}

main "$@"
