"""`--force because "…"`: shipping against the verdict, with a reason that the model's card will show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ftspec.errors import CannotRun


def force_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `--force because "…"`; the function gets the reason as `force`, or None."""
    return click.option(
        "--force",
        nargs=2,
        metavar='because "REASON"',
        callback=_reason,
        help="Ship against the verdict; the reason is shown in the card.",
    )(function)


def _reason(context: click.Context, parameter: click.Parameter, value: tuple[str, str] | None) -> str | None:
    if not value:
        return None
    word, reason = value
    if word != "because" or not reason.strip():
        raise click.BadParameter('write `--force because "the reason"`', context, parameter)
    return reason.strip()


def root_of(run: Path, root: Path | None) -> Path:
    """The folder of a run's spec, where its base model lies."""
    from ftspec.run.folder import RunFolder

    found = root or RunFolder(run).root
    if found is None:
        raise CannotRun(f"the folder of the spec of {run} is not known", "name it with --root")
    return found
