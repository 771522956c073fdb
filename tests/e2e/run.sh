#!/usr/bin/env bash
# The console in a real browser against a real server. The last line is `N passed, N failed`.
#
#   tests/e2e/run.sh [file ...]     starts `hejie serve` with the invented county in a temporary
#                                   directory, tests, stops
#   HEJIE_URL=http://127.0.0.1:8080 HEJIE_DEMO=hejie-data/demo.json tests/e2e/run.sh
#                                   tests a server that runs already, and adds to its county
#
# HEJIE_BIN names another `hejie`, HEJIE_CHROMIUM another browser, HEJIE_PHONE_CMD another phone
# (see README.md).
set -euo pipefail
. "$(dirname "$0")/../../scripts/env.sh"

here="$root/tests/e2e"
hejie="${HEJIE_BIN:-$target/debug/hejie}"
work="$(mktemp -d)"
server=

stop() {
    trap - EXIT INT TERM
    if [ -n "$server" ]; then
        kill -INT "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap 'stop; exit 130' INT TERM
trap stop EXIT

install() {
    local want
    want="$(sha256sum package-lock.json | cut -d' ' -f1)"
    [ "$(cat node_modules/.hejie-lock 2>/dev/null)" = "$want" ] && return
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund
    echo "$want" >node_modules/.hejie-lock
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

serve() {
    export HEJIE_URL HEJIE_DEMO="$work/data/demo.json"
    HEJIE_URL="http://127.0.0.1:$(free_port)"
    "$hejie" demo --size bare --data "$work/data" >"$work/demo.log" || { cat "$work/demo.log"; exit 1; }
    "$hejie" serve --data "$work/data" --listen "${HEJIE_URL#http://}" >"$work/serve.log" 2>&1 &
    server=$!
    for _ in $(seq 600); do
        curl -fsS "$HEJIE_URL/readyz" >/dev/null 2>&1 && return
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    echo "the server did not become ready:"
    cat "$work/serve.log"
    exit 1
}

# Three cases in which two phones disagree and whose closing was asked for: one test rules on one,
# another closes one.
play() {
    python3 "$here/disputes.py" --server "$HEJIE_URL" --demo "$HEJIE_DEMO" agency_fee unpaid_wages young_couple >"$work/disputes.log" 2>&1 && return
    echo "the stories could not be played:"
    tail -n 40 "$work/disputes.log"
    exit 1
}

cd "$here"
install
npm run --silent check
PYTHONPATH="$("$root/scripts/python-bindings.sh")"
export PYTHONPATH PYTHONDONTWRITEBYTECODE=1
export HEJIE_PHONE_CMD="${HEJIE_PHONE_CMD:-python3 '$here/phone.py'}"
export HEJIE_E2E_OUTPUT="${HEJIE_E2E_OUTPUT:-$root/target/e2e}"
[ -n "${HEJIE_URL:-}" ] || serve
play
npx --no-install playwright test "$@"
