"""`ftspec fmt`: the one formatting."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ftspec.cli.show import show_diagnostics, wants_color
from ftspec.syntax.format import format_source
from ftspec.text.diagnostic import Diagnostic
from ftspec.text.files import decode, read_source, write_atomic
from ftspec.text.source import Source


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Show what would change instead of writing it.")
def command(paths: tuple[Path, ...], check: bool, diff: bool) -> int:
    """Format specs in place, or standard input (`-`) to standard output."""
    changed = failed = 0
    for path in _files(paths):
        source = _read(path)
        formatted = [source] if isinstance(source, Diagnostic) else format_source(source)
        if not isinstance(formatted, str):
            show_diagnostics(formatted)
            failed += 1
        elif not isinstance(source, Diagnostic):
            changed += _put(path, source, formatted, check, diff)
    return 1 if failed or (check and changed) else 0


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.ft")) if path.is_dir() else [path]


def _read(path: Path) -> Source | Diagnostic:
    if str(path) == "-":
        return decode(sys.stdin.buffer.read(), "<stdin>")
    return read_source(path)


def _put(path: Path, source: Source, formatted: str, check: bool, diff: bool) -> bool:
    """Shows, writes or only counts a change; gives whether there is one."""
    if str(path) == "-" and not (check or diff):
        click.echo(formatted, nl=False)
        return False
    if formatted == source.text:
        return False
    if diff:
        click.echo(_difference(source, formatted), nl=False, color=wants_color(sys.stdout))
    elif check:
        click.echo(f"would format {path}", err=True)
    else:
        write_atomic(path, formatted)
        click.echo(f"formatted {path}", err=True)
    return True


def _difference(source: Source, formatted: str) -> str:
    from difflib import unified_diff

    before, after = source.text.splitlines(keepends=True), formatted.splitlines(keepends=True)
    return "".join(unified_diff(before, after, source.path, source.path))
