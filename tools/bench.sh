#!/usr/bin/env bash
# Runs the benchmark programs of a build: tools/bench.sh BUILD_FOLDER [NAME].
# NAME limits it to programs whose name holds it. Each prints its own table.
# "peers" fetches other libraries (several GiB) to compare with, so it must be asked for.
set -euo pipefail

build=${1:?usage: tools/bench.sh BUILD_FOLDER [NAME]}
name=${2:-}
shift 2 || shift $#
if [[ $name == peers ]]; then exec "$(dirname "$0")/../bench/decode_peers.sh" "$build" "$@"; fi
if [[ $name == run ]]; then exec "$(dirname "$0")/../bench/run_bench.py" "$build" "$@"; fi
found=
for program in "$build"/bench/*; do
  [[ -f $program && -x $program && $(basename "$program") == *"$name"* ]] || continue
  found=1
  echo "== $(basename "$program")"
  "$program" --benchmark_color=false
done
if [[ -z $name ]]; then
  "$(dirname "$0")/../bench/run_bench.py" "$build"
  found=1
fi
if [[ -z $found ]]; then
  echo "bench: no benchmark program in $build/bench has '$name' in its name" >&2
  exit 1
fi
