#!/usr/bin/env bash
# Runs the Python tests over the generated bindings in $1; HEJIE_LIBRARY is the built library. Plain
# python3 is enough.
set -euo pipefail
cp "$HEJIE_LIBRARY" "$1/"
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$1" python3 "$(dirname "${BASH_SOURCE[0]}")/test_phone.py"
