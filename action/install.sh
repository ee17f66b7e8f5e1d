#!/usr/bin/env bash
# Installs ftspec with what checking and compiling need: seconds, where torch and its kin would take minutes.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
python3 -m pip install --quiet --disable-pip-version-check -c "$here/constraints.txt" -r "$here/action/requirements.txt"
python3 -m pip install --quiet --disable-pip-version-check --no-deps "$here"
