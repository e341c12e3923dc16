#!/usr/bin/env bash
# All checks that need no run of the program: tools/lint.sh BUILD_FOLDER JOBS.
# BUILD_FOLDER is a configured one (for its compile_commands.json). Every check
# runs; the exit status is 1 when one of them failed or its tool is missing.
# CLANG_FORMAT and CLANG_TIDY name other tools than the pinned ones.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

build=${1:?usage: tools/lint.sh BUILD_FOLDER JOBS}
jobs=${2:-$(nproc)}
failed=()

check() { # NAME COMMAND ...
  local name=$1
  shift
  echo "lint: $name"
  "$@" || failed+=("$name")
}

check_with_tool() { # NAME TOOL COMMAND ...
  local name=$1 tool=$2
  shift 2
  if command -v "$tool" >/dev/null; then
    check "$name" "$@"
  else
    echo "lint: $name: $tool is missing, and this distribution may not have it: not checked" >&2
    failed+=("$name ($tool is missing)")
  fi
}

tidy=${CLANG_TIDY:-clang-tidy-14}
check "includes" python3 tools/check_includes.py
check "includes, self-test" python3 tools/check_includes.py --self-test
check "sizes" python3 tools/check_sizes.py
check "sizes, self-test" python3 tools/check_sizes.py --self-test
check "README" python3 tools/check_readme.py
check "README, self-test" python3 tools/check_readme.py --self-test
check_with_tool "shell scripts" shellcheck shellcheck dev .ci/run tools/*.sh
check_with_tool "formatting" "${CLANG_FORMAT:-clang-format-14}" tools/format.sh --check
check_with_tool "clang-tidy" "$tidy" python3 tools/run_clang_tidy.py "$tidy" "$build" "$jobs"

if [[ ${#failed[@]} -gt 0 ]]; then
  printf 'lint: failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
echo "lint: all clean"
