#!/usr/bin/env bash
# Builds the library, generates the bindings into the target folder's bindings/, and runs the
# offline tests of each language. Each prints `<language>: N passed, N failed`; the last line is
# their sum.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/env.sh"

# The whole workspace, so that features and with them the compiled library are those of every other
# test.
cargo build --workspace --locked
out="$target/bindings/tests"
rm -rf "$out"
mkdir -p "$out/library"
cp "$target/debug/libhejie_mobile.so" "$out/library/"
export HEJIE_LIBRARY="$out/library/libhejie_mobile.so"

passed=0
failed=0
for language in python kotlin swift; do
    "$target/debug/hejie-bindgen" generate "$HEJIE_LIBRARY" --language "$language" --no-format --out-dir "$out/$language"
    "mobile-bindings/$language/test.sh" "$out/$language" 2>&1 | tee "$out/$language.log" || true
    read -r p f < <(sed -nE "s/^$language: ([0-9]+) passed, ([0-9]+) failed\$/\1 \2/p" "$out/$language.log") || { p=0; f=1; }
    passed=$((passed + p))
    failed=$((failed + f))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
