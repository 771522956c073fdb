#!/usr/bin/env bash
# Measures the release build and writes one JSON file a subject to target/bench/.
set -euo pipefail
. "$(dirname "$0")/env.sh"

scripts/setup.sh
. scripts/env.sh
scripts/console.sh build
out="$root/target/bench"
mkdir -p "$out"

cargo build --release --locked -p hejie-server
cargo build --profile mobile --locked -p hejie-mobile
library="$target/mobile/libhejie_mobile.so"
printf '{"bytes": %d, "gzip_bytes": %d}\n' "$(stat -c %s "$library")" "$(gzip -9c "$library" | wc -c)" >"$out/mobile_library.json"
HEJIE_BENCH_OUT="$out" HEJIE_BIN="$target/release/hejie" cargo run --release --locked -p hejie-tests --bin bench
tail -n +1 "$out"/*.json
