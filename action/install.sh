#!/usr/bin/env bash
# Installs ftspec with what checking and compiling need: seconds, where torch and its kin would take minutes.
set -euo pipefail
export PYTHONSAFEPATH=1  # the working directory is a stranger's: no module is taken from it
here=$(cd "$(dirname "$0")/.." && pwd)
python3 -m pip install --quiet --disable-pip-version-check -c "$here/constraints.txt" -r "$here/action/requirements.txt"
python3 -m pip install --quiet --disable-pip-version-check --no-deps "$here"
