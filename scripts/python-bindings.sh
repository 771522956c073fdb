#!/usr/bin/env bash
# Puts the Python bindings of the built library beside a copy of the library, and prints the folder.
# Does nothing when they are current.
set -euo pipefail
. "$(dirname "$0")/env.sh"

library="$target/debug/libhejie_mobile.so"
out="$target/bindings/python"
if [ ! "$out/libhejie_mobile.so" -nt "$library" ]; then
    mkdir -p "$out"
    "$target/debug/hejie-bindgen" generate "$library" --language python --no-format --out-dir "$out" >&2
    # Moved into place: a program that still runs keeps the library it opened.
    cp "$library" "$out/libhejie_mobile.so.new"
    mv "$out/libhejie_mobile.so.new" "$out/libhejie_mobile.so"
fi
echo "$out"
