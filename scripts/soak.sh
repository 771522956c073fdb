#!/usr/bin/env bash
# The long runs: a thousand kills of phones and server, a thousand broken requests, and extreme
# values in every field. What came of it is written to docs/soak.md, with the seeds by which a run
# can be replayed (HEJIE_SEED, HEJIE_TEST_SEED).
set -euo pipefail
. "$(dirname "$0")/env.sh"

export HEJIE_KILLS="${HEJIE_KILLS:-1000}" HEJIE_BROKEN="${HEJIE_BROKEN:-1000}"
log="$root/target/soak.log"
began=$SECONDS
status=0
cargo test --locked -p hejie-tests --test chaos -- --nocapture --test-threads 1 2>&1 | tee "$log" || status=$?
HEJIE_TEST_DEEP=1 HEJIE_TEST_SEED="${HEJIE_TEST_SEED:-$RANDOM}" cargo test --locked -p hejie-tests --test sync extreme -- --nocapture --test-threads 1 2>&1 | tee -a "$log" || status=$?
{
    echo "# The last long run"
    echo
    echo "Made by \`make soak\`; do not edit. $HEJIE_KILLS kills of phones and server, $HEJIE_BROKEN broken requests, $(((SECONDS - began) / 60)) minutes on $(nproc) cores,"
    echo "$(date -u +%F), $([ "$status" -eq 0 ] && echo passed || echo FAILED)."
    echo
    echo '```'
    grep -E '^(test .*HEJIE_SEED=|HEJIE_SEED=|[0-9]+ taken|[0-9]+ calls|[0-9]+ edits returned|test result|missing|twice|thread .* panicked)|HEJIE_TEST_SEED=|FAILED' "$log"
    echo '```'
} >docs/soak.md
exit "$status"
