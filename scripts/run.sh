#!/usr/bin/env bash
# Sets up, builds, starts the server with its own Postgres and the invented county 和安县, plays the first loop, and stays up until Ctrl-C.
# Data stays in ./hejie-data; a second call starts with it. `rm -r hejie-data` begins anew.
set -euo pipefail
. "$(dirname "$0")/env.sh"

data="${HEJIE_DATA:-$root/hejie-data}"
address=127.0.0.1:8080
hejie="$target/debug/hejie"

scripts/setup.sh
. scripts/env.sh
scripts/console.sh build
cargo build --workspace --locked

stop() {
    trap - EXIT INT TERM
    if [ -n "${server:-}" ]; then
        kill -INT "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
}
trap 'stop; exit 130' INT TERM
trap stop EXIT

mkdir -p "$data"
"$hejie" demo --size small --data "$data"
"$hejie" serve --data "$data" --listen "$address" &
server=$!
for _ in $(seq 300); do
    curl -fsS "http://$address/readyz" >/dev/null 2>&1 && break
    kill -0 "$server" 2>/dev/null || { wait "$server"; exit 1; }
    sleep 0.1
done

if [ -f "$data/story.txt" ]; then
    cat "$data/story.txt"
else
    python3 mobile-bindings/python/story --server "http://$address" --library "$target/debug" | tee "$data/story.new"
    mv "$data/story.new" "$data/story.txt"
fi
wait "$server"
