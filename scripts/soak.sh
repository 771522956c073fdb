#!/usr/bin/env bash
# The long runs: a thousand kills of phones and server, and a thousand broken requests. What came of it is written to
# docs/soak.md, with the seed by which a run can be replayed (HEJIE_SEED).
set -euo pipefail
. "$(dirname "$0")/env.sh"

export HEJIE_KILLS="${HEJIE_KILLS:-1000}" HEJIE_BROKEN="${HEJIE_BROKEN:-1000}"
log="$root/target/soak.log"
began=$SECONDS
status=0
cargo test --locked -p hejie-tests --test chaos -- --nocapture --test-threads 1 2>&1 | tee "$log" || status=$?
{
    echo "# The last long run"
    echo
    echo "Made by \`make soak\`; do not edit. $HEJIE_KILLS kills of phones and server, $HEJIE_BROKEN broken requests, $(((SECONDS - began) / 60)) minutes on $(nproc) cores,"
    echo "$(date -u +%F), $([ "$status" -eq 0 ] && echo passed || echo FAILED)."
    echo
    echo '```'
    grep -E '^(test .*HEJIE_SEED=|HEJIE_SEED=|[0-9]+ edits returned|test result|missing|twice)' "$log"
    echo '```'
} >docs/soak.md
exit "$status"
