# Sourced by the other scripts: where things are, and the Node that setup.sh may have put beside the
# build.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root" || exit 1
target="${CARGO_TARGET_DIR:-$root/target}"
tools="$root/target/tools"

if [ -x "$tools/node/bin/node" ]; then
    export PATH="$tools/node/bin:$PATH"
fi
if ! command -v cargo >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then
    export PATH="$HOME/.cargo/bin:$PATH"
fi
# A build that is thrown away gains nothing from incremental state, and pays for it in time and
# disk.
if [ -n "${CI:-}" ]; then
    export CARGO_INCREMENTAL=0
fi
