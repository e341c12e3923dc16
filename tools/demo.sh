#!/usr/bin/env bash
# The demonstration behind `./dev run`: photos through a network on an emulated
# Tesla P40, under a power cap that moves twice. tools/demo.sh [BATCHSIZER]
#
# Photos and model are made once and kept in the user's cache folder. Results,
# trace and picture go to build/demo/, or to DEMO_OUT.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root

program=${1:-${BATCHSIZER:-$root/build/release/batchsizer}}
out=${DEMO_OUT:-$root/build/demo}
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/batchsizer
photos=$cache/photos-300

if [[ ! -x $program ]]; then
  echo "demo: $program is not there: build it first (./dev build)" >&2
  exit 1
fi

# Under another name until they are all there: an interrupted start is no start.
if [[ ! -d $photos ]]; then
  echo "demo: making 300 camera-like photos (once): $photos"
  mkdir -p "$cache"
  unfinished=$(mktemp -d "$cache/photos-unfinished.XXXXXX")
  trap 'rm -rf "$unfinished"' EXIT
  "$program" --quiet dataset --out "$unfinished" --count 300
  mv -T "$unfinished" "$photos"
fi

mkdir -p "$out"
cat >"$out/cap.csv" <<'CAP'
time_s,power_cap_w
0,200
0.5,130
1.0,165
CAP

cat <<'ABOUT'
demo: 300 photos, eight times over, through MobileNet-v1. The cap is 200 W, then
130 W from 0.5 s on, then 165 W from 1.0 s on: watch the batch size.
  real:      decoding, and the network's outputs, computed on this machine's CPU
  emulated:  time and power: those of a model of a Tesla P40 (docs/p40-emulation.md)
  made up:   the photos, and the network's weights: its predictions mean nothing

ABOUT
status=0
"$program" run --model zoo:mobilenet-v1 --images "$photos" --repeat 8 \
  --device emulated:p40 --power-cap "trace:$out/cap.csv" \
  --output "$out/results.jsonl" --trace "$out/trace.csv" || status=$?
[[ $status -eq 0 || $status -eq 3 ]] || exit "$status" # 3: done, but the cap could not be met

echo
echo "demo: made in $out:"
echo "  cap.csv        the cap over time, which went in"
echo "  results.jsonl  five classes for each of $(wc -l <"$out/results.jsonl") images"
echo "  trace.csv      one row a window: power, cap, batch size, decision, reason"
title="MobileNet-v1 under a power cap that moves"
note="Emulated Tesla P40: time and power come from a model of the device, not from a sensor."
"$program" --quiet explain "$out/trace.csv" --title "$title" --note "$note" --alpha 0.8
echo "  trace.html     charts, decisions with their reasons, figures: open it in a browser"
if command -v python3 >/dev/null; then
  python3 "$root/tools/plot_trace.py" "$out/trace.csv" "$out/trace.svg" \
    --title "$title" --note "$note"
  echo "  trace.svg      the charts as a picture"
fi
exit "$status"
