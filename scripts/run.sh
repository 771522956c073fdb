#!/usr/bin/env bash
# Sets up, builds, starts the server with its own Postgres and the invented county 和安县, plays the
# first loop, and stays up until Ctrl-C. Data stay in ./hejie-data, and a second call starts with
# them; `rm -r hejie-data` begins anew.
#
# The build is the one that `make test` uses, so that nothing is compiled twice; `make release`
# builds the optimised server.
set -euo pipefail
. "$(dirname "$0")/env.sh"

data="${HEJIE_DATA:-$root/hejie-data}"
address="${HEJIE_LISTEN:-127.0.0.1:8080}"
hejie="$target/debug/hejie"
log="$data/server.log"

if curl -s "http://$address/" >/dev/null 2>&1; then
    echo "something listens on $address already; end it, or choose another: HEJIE_LISTEN=127.0.0.1:8081 make run" >&2
    exit 1
fi
scripts/setup.sh
. scripts/env.sh
scripts/console.sh build
cargo build --workspace --locked
bindings="$(scripts/python-bindings.sh)"

server=
stop() {
    trap '' INT TERM HUP
    if [ -n "$server" ] && kill -TERM "$server" 2>/dev/null; then
        echo "正在停止 / stopping"
        wait "$server" || true
    fi
    server=
    exit "$1"
}
trap 'stop 0' INT TERM HUP
trap 'stop $?' EXIT

mkdir -p "$data"
if [ ! -f "$data/demo.json" ]; then
    "$hejie" demo --size small --data "$data" >/dev/null
fi
# In a session of its own: Ctrl-C reaches this script, which asks the server once to end in order.
setsid "$hejie" serve --data "$data" --listen "$address" >"$log" 2>&1 </dev/null &
server=$!
until curl -fsS "http://$address/readyz" >/dev/null 2>&1; do
    if ! kill -0 "$server" 2>/dev/null; then
        server=
        tail -n 20 "$log" >&2
        exit 1
    fi
    sleep 0.1
done

if [ -f "$data/story.txt" ]; then
    cat "$data/story.txt"
else
    PYTHONPATH="$bindings" python3 mobile-bindings/python/story \
        --server "http://$address" --data "$data" --hejie "$hejie" | tee "$data/story.new"
    mv "$data/story.new" "$data/story.txt"
fi
printf '\n日志 / log: %s\nCtrl-C 停止 / stops\n' "$log"
wait "$server" || true
server=
echo "服务已结束，见日志 / the server ended, see the log" >&2
exit 1
