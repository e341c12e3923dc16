#!/usr/bin/env bash
# Puts uPlot, which draws the charts of `batchsizer explain`, into the cache folder
# in which cmake/FindUPlot.cmake looks. Does nothing when it is there.
#
#   tools/fetch_uplot.sh            fetch it; needs npm
#   tools/fetch_uplot.sh --check    exit 0 when nothing is missing, else 1
#   tools/fetch_uplot.sh --from DIR take the archive from DIR instead
#
# Pinned by version and sha256. --from is for machines without network: DIR holds
# the archive by name.
set -euo pipefail

version=1.6.32 # the same as in cmake/FindUPlot.cmake
sha256=4b8a8191e425658e3ea8c8c1314b0fc679c861ee3a1af2b20c7b16ba50b5133d
archive=uplot-$version.tgz
files=(dist/uPlot.iife.min.js dist/uPlot.min.css LICENSE)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/batchsizer/uplot-$version

fail() {
  echo "fetch_uplot: $*" >&2
  exit 1
}

have_uplot() {
  local file
  for file in "${files[@]}"; do [[ -f $cache/$(basename "$file") ]] || return 1; done
}

main() {
  local archives=
  case ${1:-} in
    --check) have_uplot; return ;;
    --from) archives=$(cd "${2:?--from needs a folder}" && pwd) ;;
    '') ;;
    *) fail "unknown option $1: it takes --check or --from DIR" ;;
  esac
  if have_uplot; then return 0; fi
  mkdir -p "$(dirname "$cache")"
  work=$(mktemp -d "$cache.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  if [[ -z $archives ]]; then
    echo "fetching uPlot $version (100 kB) with npm"
    (cd "$work" && npm pack --silent "uplot@$version" >/dev/null)
  fi
  archive=${archives:-$work}/$archive
  [[ -f $archive ]] || fail "$archive is not there"
  echo "$sha256  $archive" | sha256sum --check --status ||
    fail "$archive has sha256 $(sha256sum "$archive" | cut -d' ' -f1), expected $sha256: not used"
  mkdir "$work/unpacked"
  tar -xzf "$archive" --no-same-owner --strip-components=1 -C "$work/unpacked" \
    "${files[@]/#/package/}"
  mkdir "$work/uplot"
  (cd "$work/unpacked" && mv "${files[@]}" "$work/uplot")
  # In place as the last step: an interrupted run leaves nothing half done.
  rm -rf "${cache:?}"
  mv -T "$work/uplot" "$cache"
  echo "uPlot $version is in $cache"
}

main "$@"
