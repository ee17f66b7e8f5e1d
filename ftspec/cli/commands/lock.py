"""`ftspec lock`: pin every input of a spec."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ftspec.cli.options import spec_argument
from ftspec.cli.show import show_diagnostics, show_failure
from ftspec.errors import FtspecError, Rejected
from ftspec.pipeline import Options, drifted, load, survey, target_of
from ftspec.text.diagnostic import Diagnostic, in_order


@click.command()
@spec_argument
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the lock would change.")
def command(spec: Path, check: bool) -> int:
    """Write SPEC.lock: commits, the hash of every file, package versions. `compile` and `run` then refuse drift."""
    from ftspec.compile.lock import entries, kept, lock_path, render
    from ftspec.text.files import write_atomic

    loaded = load(spec)
    if loaded.spec is None or loaded.has_errors:
        raise Rejected(loaded.diagnostics)
    facts, found = survey(loaded.spec, target_of(loaded.spec, Options(device="cpu")))
    if any(each.is_error for each in found):
        raise Rejected(found, exit_code=3)
    path = lock_path(spec)
    text = render({**kept(spec, facts), **entries(loaded.spec, facts)})
    old = path.read_text("utf-8") if path.is_file() else None
    if check:
        return _checked(spec, old == text, old is None, drifted(spec, loaded.spec, facts))
    if old == text:
        click.echo(f"{path} is up to date", err=True)
        return 0
    write_atomic(path, text)
    click.echo(f"wrote {path}: {_count(text)} inputs", err=True)
    return 0


def _checked(spec: Path, is_same: bool, is_new: bool, found: Sequence[Diagnostic]) -> int:
    show_diagnostics(in_order(found))
    if is_new:
        show_failure(FtspecError(f"{spec} has no lock", f"write it: `ftspec lock {spec}`"))
    elif not is_same and not found:
        show_failure(FtspecError(f"{spec}.lock is not as ftspec writes it", f"write it anew: `ftspec lock {spec}`"))
    return 0 if is_same else 1


def _count(text: str) -> int:
    return sum(" = " in line for line in text.splitlines())
