"""`ftspec check`: is this spec right?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ftspec.cli.show import show_diagnostics
from ftspec.text.diagnostic import Diagnostic, in_order

if TYPE_CHECKING:
    from ftspec.compile.policy import Policy


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "github", "sarif"]), default="text")
@click.option("--fix", is_flag=True, help="Apply the fixes that keep what you meant.")
@click.option("--policy", type=click.Path(path_type=Path), help="Hold every spec against the rules in this file too.")
def command(paths: tuple[Path, ...], form: str, fix: bool, policy: Path | None) -> int:
    """Check specs, or every .ft file in folders, without data or model."""
    files = list(_files(paths))
    if not files:
        raise click.UsageError("no .ft file lies there")
    rules = _policy(policy)
    found = list(rules.diagnostics) if rules else []
    found += [each for path in files for each in _check(path, fix, rules)]
    found = list(dict.fromkeys(found))  # an imported file's mistakes, and those of a policy, come with each spec
    errors = sum(each.is_error for each in found)
    if form == "text":
        show_diagnostics(found, err=False)
        click.echo(_summary(len(files), errors, len(found) - errors), err=True)
    else:
        click.echo(import_module(f"ftspec.text.formats.{form}").render(found), nl=False)
    return 1 if errors else 0


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.ft")) if path.is_dir() else [path]


def _policy(path: Path | None) -> Policy | None:
    if path is None:
        return None
    from ftspec.compile.policy import read_policy

    return read_policy(path)


def _check(path: Path, fix: bool, policy: Policy | None) -> Sequence[Diagnostic]:
    from ftspec.compile.local_files import missing_files
    from ftspec.pipeline import load

    if fix:
        _fix(path)
    loaded = load(path)
    if loaded.spec is None:
        return loaded.diagnostics
    found = (*loaded.diagnostics, *missing_files(loaded.spec))
    if policy is None:
        return found
    from ftspec.compile.policy import hold

    return in_order((*found, *hold(policy, loaded.spec, path)))


def _fix(path: Path) -> None:
    from ftspec.pipeline import load
    from ftspec.text.files import read_source, write_atomic
    from ftspec.text.fixes import apply_safe

    for _ in range(8):
        source = read_source(path)
        if isinstance(source, Diagnostic):
            return
        fixed = apply_safe(source, load(path).diagnostics)
        if fixed == source.text:
            return
        write_atomic(path, fixed)


def _summary(files: int, errors: int, warnings: int) -> str:
    counted = f"{files} file{'s' if files != 1 else ''}"
    if not errors and not warnings:
        return f"{counted} checked, nothing to say"
    parts = [f"{errors} error{'s' if errors != 1 else ''}"] if errors else []
    parts += [f"{warnings} warning{'s' if warnings != 1 else ''}"] if warnings else []
    return f"{counted} checked: {', '.join(parts)}"
