#!/usr/bin/env bash
# Makes the pictures in docs/images/ again: tools/pictures.sh [BATCHSIZER]
# run.svg is that of the last demonstration (./dev run); the others show the
# faults of the paper's algorithm beside policy batchsizer (docs/policies.md).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

program=${1:-${BATCHSIZER:-build/release/batchsizer}}
demo=${DEMO_OUT:-build/demo}
images=docs/images
mkdir -p "$images"

# NAME TITLE SIMULATE-ARGUMENTS ...
simulate() {
  local name=$1 title=$2 trace status=0
  shift 2
  trace=$(mktemp)
  "$program" --quiet simulate --curve data/curves/steep.csv --duration 8 --trace "$trace" "$@" ||
    status=$?
  [[ $status -eq 0 || $status -eq 3 ]] || exit "$status" # 3: a policy says it cannot be met
  python3 tools/plot_trace.py "$trace" "$images/$name.svg" --width 480 --title "$title" \
    --note "Simulated, data/curves/steep.csv"
  rm -f "$trace"
}

simulate fault1-paper "paper, literal" --policy paper --paper-variant literal --power-cap 130
simulate fault1-batchsizer "batchsizer" --policy batchsizer --power-cap 130
simulate fault2-paper "paper" --policy paper --power-cap 150
simulate fault2-batchsizer "batchsizer" --policy batchsizer --power-cap 150
simulate fault3-paper "paper" --policy paper --cap-trace data/caps/raised.csv
simulate fault3-batchsizer "batchsizer" --policy batchsizer --cap-trace data/caps/raised.csv
if [[ -f $demo/trace.svg ]]; then
  cp "$demo/trace.svg" "$images/run.svg"
else
  echo "pictures: no $demo/trace.svg: run.svg is left as it is (./dev run makes it)" >&2
fi
ls "$images"
