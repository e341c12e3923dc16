#!/usr/bin/env bash
# Makes the pages of the public headers in build/docs/html. Fails when a type or
# a function has no comment, or a comment is wrong. Exempt are those that their
# type and the comment around them explain: fields and their accessors, aliases,
# operators, constructors, and functions that override a documented one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rm -rf build/docs
mkdir -p build/docs
doxygen docs/Doxyfile
if grep -Ev -e 'Member .* \((variable|typedef|friend)\) of .* is not documented' \
  -e 'Member [a-z_]+\(\) const \(function\) of .* is not documented' \
  -e 'Member operator.* is not documented' \
  -e 'Member .* override \(function\) of .* is not documented' \
  -e 'Member ([A-Za-z]+)\(.*\) \(function\) of (class|struct) [a-z:]*\1 is not documented' \
  build/docs/warnings.log; then
  echo "docs: the above need a comment" >&2
  exit 1
fi
echo "docs: the pages are in build/docs/html/index.html"
