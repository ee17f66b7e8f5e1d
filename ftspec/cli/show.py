"""Puts diagnostics and failures on the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO

import click

from ftspec.errors import FtspecError, Rejected
from ftspec.text.diagnostic import Diagnostic


def wants_color(stream: TextIO) -> bool:
    """Whether to colour: on a terminal, unless NO_COLOR is set; always when FORCE_COLOR is."""
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def terminal_width() -> int:
    """The columns to fill: those of the terminal, between 60 and 120."""
    import shutil

    return min(120, max(60, shutil.get_terminal_size((80, 24)).columns))


def show_diagnostics(diagnostics: Sequence[Diagnostic], *, err: bool = True) -> None:
    """Every diagnostic with its place, in the order of the files."""
    if not diagnostics:
        return
    from ftspec.text.render import render

    color = wants_color(sys.stderr if err else sys.stdout)
    click.echo(render(diagnostics, color=color), err=err, nl=False, color=color)


def show_failure(error: FtspecError) -> None:
    """One message with its remedy; for a rejected spec all that is wrong with it."""
    if isinstance(error, Rejected):
        show_diagnostics(error.diagnostics)
        return
    color = wants_color(sys.stderr)
    head = click.style("error", fg="red", bold=True) if color else "error"
    click.echo(f"{head}: {error.message}", err=True, color=color)
    if error.help:
        click.echo(f"help: {error.help}", err=True)
