#!/usr/bin/env bash
# Puts the Python bindings of the built library, and the library, into target/bindings/python. Does nothing when they are current.
set -euo pipefail
. "$(dirname "$0")/env.sh"

library="$target/debug/libhejie_mobile.so"
out="$root/target/bindings/python"
[ "$out/libhejie_mobile.so" -nt "$library" ] && exit 0
mkdir -p "$out"
"$target/debug/hejie-bindgen" generate "$library" --language python --no-format --out-dir "$out"
cp "$library" "$out/"
