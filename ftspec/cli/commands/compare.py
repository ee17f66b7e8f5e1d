"""`ftspec compare`: two runs, item by item."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ftspec.report.comparison import Comparison


@click.command()
@click.argument("one", metavar="RUN", type=click.Path(path_type=Path, file_okay=False))
@click.argument("two", metavar="RUN", type=click.Path(path_type=Path, file_okay=False))
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
def command(one: Path, two: Path, form: str, output: Path | None) -> int:
    """Show what got better and what got worse from the first RUN to the second, with McNemar's test."""
    from ftspec.report.comparison import compared, html, text
    from ftspec.text.files import write_atomic

    found = compared(one, two)
    writers: dict[str, Callable[[Comparison], str]] = {"text": text, "html": html, "json": _json}
    written = writers[form](found)
    if output is None:
        click.echo(written, nl=False)
    else:
        write_atomic(output, written)
        click.echo(str(output))
    return 0


def _json(found: Comparison) -> str:
    from ftspec.plan.canonical import dumps

    return dumps(found.model_dump(mode="json"))
