#!/usr/bin/env bash
# Checks the specs, with annotations beside the lines, and writes the comment. Fails when a spec is wrong, but only after
# the comment is written. Everything it is given comes through the environment, never through the command's text.
set -euo pipefail
export PYTHONSAFEPATH=1  # the working directory is a stranger's: no module is taken from it
python=${FTSPEC_PYTHON:-python3}
output=${FTSPEC_OUTPUT:-ftspec-review.md}
read -r -a paths <<<"${FTSPEC_PATHS:-.}"
failed=0

check=(--format github)
if [ -n "${FTSPEC_POLICY:-}" ]; then check+=(--policy "$FTSPEC_POLICY"); fi
"$python" -m ftspec check "${check[@]}" -- "${paths[@]}" || failed=$?

review=(--base "$FTSPEC_BASE" --output "$output")
if [ -n "${FTSPEC_DEVICE:-}" ]; then review+=(--device "$FTSPEC_DEVICE"); fi
"$python" -m ftspec.review "${review[@]}" -- "${paths[@]}" || failed=$?

if [ -n "${GITHUB_OUTPUT:-}" ]; then echo "comment=$output" >>"$GITHUB_OUTPUT"; fi
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$output" ]; then cat "$output" >>"$GITHUB_STEP_SUMMARY"; fi
exit "$failed"
