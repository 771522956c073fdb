#!/usr/bin/env bash
# Builds the console into backend/console/dist, from where the server's build embeds it. Does
# nothing when nothing changed.
#
#   scripts/console.sh build    installs the locked packages and builds
#   scripts/console.sh test     the same, and checks style, types, the client, and the unit tests
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd backend/console

fingerprint() { find . -type d \( -name node_modules -o -name dist \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1; }

install() {
    local want
    want="$(sha256sum package-lock.json | cut -d' ' -f1)"
    [ "$(cat node_modules/.hejie-lock 2>/dev/null)" = "$want" ] && return
    npm ci --no-audit --no-fund
    echo "$want" >node_modules/.hejie-lock
}

build() {
    local want
    want="$(fingerprint)"
    [ -f dist/index.html ] && [ "$(cat node_modules/.hejie-dist 2>/dev/null)" = "$want" ] && return
    install
    npm run build
    echo "$want" >node_modules/.hejie-dist
}

case "${1:-build}" in
    build) build ;;
    test)
        install
        npm run check
        npm run api:check
        npm test
        build
        ;;
    *)
        sed -n '2,5s/^# \{0,1\}//p' "$0"
        exit 2
        ;;
esac
