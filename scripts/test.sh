#!/usr/bin/env bash
# Everything that must hold before a change lands. Each part's output goes to
# target/test-logs/<part>.log; a part that fails shows the end of it and does not keep the others
# from running. The last line is the sum: `N passed, N failed`.
#
#   scripts/test.sh [part ...]    all parts, or only the named ones: setup format console clippy
#                                 build cargo bindings e2e docs
set -uo pipefail
. "$(dirname "$0")/env.sh"

logs="$root/target/test-logs"
mkdir -p "$logs"
rm -f "$logs"/*.log
export HEJIE_SCHEDULES="${HEJIE_SCHEDULES:-10000}"
export NO_COLOR=1 CARGO_TERM_COLOR=never CARGO_TERM_PROGRESS_WHEN=never
passed=0
failed=0
began=$SECONDS
wanted=" $* "

# Runs one part and adds what it counted; a part that counts nothing is one test.
part() {
    local name=$1 log="$logs/$1.log" start=$SECONDS status=0 p f
    shift
    [ "$wanted" = "  " ] || [[ "$wanted" == *" $name "* ]] || return 0
    printf '%-10s ...\n' "$name"
    "$@" >"$log" 2>&1 </dev/null || status=$?
    # A runner that ran nothing is no runner that passed.
    read -r p f < <(awk -f scripts/count-tests.awk "$log") || { p=$((status == 0)); f=0; }
    if [ "$p" -eq 0 ] && [ "$f" -eq 0 ] || { [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; }; then f=1; fi
    if [ "$f" -gt 0 ]; then show_failure "$name" "$log" "$status"; fi
    printf '%-10s %5d passed %3d failed %5d s\n' "$name" "$p" "$f" $((SECONDS - start))
    passed=$((passed + p))
    failed=$((failed + f))
}

show_failure() {
    echo "---- $1 failed with exit code $3; the end of $2:"
    sed -E 's/\x1b(\[[0-9;]*[A-Za-z]|\(B)//g' "$2" >"$2.plain" && mv "$2.plain" "$2"
    grep -nE '^(error|---- .* stdout ----|test .* FAILED|FAIL |thread .* panicked)' "$2" | tail -n 20
    tail -n 60 "$2"
    echo "----"
}

docs() { RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps --locked; }

part setup scripts/setup.sh
# Setup may have brought a Node of its own.
. scripts/env.sh
part format cargo fmt --all --check
part console scripts/console.sh test
part clippy cargo clippy --workspace --all-targets --locked -- -D warnings
# One build with one set of features, which the tests, the bindings and the browser tests all use.
part build cargo build --workspace --all-targets --locked
part cargo cargo test --workspace --locked --no-fail-fast
part bindings mobile-bindings/test.sh
part e2e tests/e2e/run.sh
part docs docs

echo "in $((SECONDS - began)) s; the full output is in $logs"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
