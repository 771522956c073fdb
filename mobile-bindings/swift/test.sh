#!/usr/bin/env bash
# Holds the generated Swift in $1 to what can be checked without a Swift compiler; HEJIE_LIBRARY is
# the built library. Swift itself is not compiled here. HEJIE_UPDATE_GOLDEN=1 writes the golden list
# anew.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
generated="$1"
passed=0
failed=0

check() {
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok      $name"
    else
        failed=$((failed + 1))
        echo "FAILED  $name"
    fi
}

# The annotations are clang's; another C compiler does without them.
header_is_c() {
    echo '#include "hejie_mobileFFI.h"' |
        "${CC:-cc}" -std=c11 -Werror -fsyntax-only -D_Nonnull= -D_Nullable= -I "$generated" -x c -
}

declared() { grep -oE '\b(uniffi|ffi)_hejie_mobile_[a-z0-9_]+\(' "$generated/hejie_mobileFFI.h" | tr -d '(' | sort -u; }

exported() { nm -D --defined-only "$HEJIE_LIBRARY" | awk '{ print $NF }' | sort -u; }

symbols_are_there() {
    local missing
    missing="$(comm -23 <(declared) <(exported))"
    [ -z "$missing" ] || { echo "$missing"; return 1; }
}

# Only names and types: bodies, comments and checksums change without changing the interface.
interface() {
    grep -E '^ *(public|open) ' "$generated/hejie_mobile.swift" | grep -vE 'FfiConverter|func (lower|lift|read|write)\b' |
        sed -E 's/ *\{.*$//; s/^ +//' | LC_ALL=C sort -u
}

interface_is_golden() {
    if [ -n "${HEJIE_UPDATE_GOLDEN:-}" ]; then interface >"$here/interface.golden"; fi
    diff -u "$here/interface.golden" <(interface)
}

check "the header compiles as C" header_is_c
check "every declared symbol is in the library" symbols_are_there
check "the interface is the one in interface.golden" interface_is_golden
echo "swift: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
