#!/usr/bin/env bash
# Formats the project's C++; with --check only names the files that would change
# and the first line that would, and fails when there is one.
# CLANG_FORMAT names another clang-format than the one the project is pinned to.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

formatter=${CLANG_FORMAT:-clang-format-14}
if ! command -v "$formatter" >/dev/null; then
  echo "format: $formatter is missing (install it, or set CLANG_FORMAT)" >&2
  exit 1
fi
options=(-i)
if [[ ${1:-} == --check ]]; then options=(--dry-run --Werror --ferror-limit=1); fi
find bench examples include src test \( -name '*.cc' -o -name '*.h' \) -print0 |
  xargs -0 --no-run-if-empty "$formatter" "${options[@]}"
