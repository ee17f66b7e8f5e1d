"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ftspec.pipeline import Options

Command = Callable[..., Any]


def spec_argument(function: Command) -> Command:
    """The spec's path; what is wrong with it is said by ftspec, not by click."""
    return click.argument("spec", type=click.Path(path_type=Path))(function)


def plan_options(function: Command) -> Command:
    """`--overlay`, `--set`, `--device` and `--count`, gathered into `options`."""

    def with_options(
        *args: Any, overlay: str | None, settings: tuple[str, ...], device: str | None, count: int | None, **rest: Any
    ) -> Any:
        return function(*args, options=Options(overlay, settings, device, count), **rest)

    with_options.__doc__ = function.__doc__
    with_options.__name__ = function.__name__
    with_options.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
    for option in (
        click.option("--count", type=int, help="How many of that device."),
        click.option("--device", metavar="NAME", help="Plan for this device of the catalogue instead of the one here."),
        click.option(
            "--set", "settings", metavar="PATH=VALUE", multiple=True, help="Override one attribute: router.seed=1."
        ),
        click.option("--overlay", metavar="NAME", help="Apply this overlay of the spec."),
    ):
        with_options = option(with_options)
    return with_options
