#!/usr/bin/env bash
# bench/decode_peers.py in an environment of its own, made once in the user's
# cache: bench/decode_peers.sh BUILD_FOLDER [--without-torch] [--rounds N].
# torch from PyPI is several GiB; --without-torch leaves it and torchvision out.
set -euo pipefail

build=${1:?usage: bench/decode_peers.sh BUILD_FOLDER [--without-torch] [--rounds N]}
shift
packages=(pillow==13.0.0 numpy==2.4.6 opencv-python-headless==5.0.0.93)
[[ " $* " == *" --without-torch "* ]] || packages+=(torch==2.15.0 torchvision==0.29.2)

environment=${XDG_CACHE_HOME:-$HOME/.cache}/batchsizer/decode-peers
if [[ ! -x $environment/bin/python ]]; then
  echo "bench: making $environment"
  python3 -m venv "$environment"
fi
if [[ $(cat "$environment/installed" 2>/dev/null) != *"${packages[*]}"* ]]; then
  echo "bench: fetching ${packages[*]}"
  "$environment/bin/pip" --quiet --disable-pip-version-check install "${packages[@]}"
  echo "${packages[*]}" >"$environment/installed"
fi
"$environment/bin/python" "$(dirname "$0")/decode_peers.py" \
  --ours "$build/bench/peers/prepare_images" --batchsizer "$build/batchsizer" "$@"
