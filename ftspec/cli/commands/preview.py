"""`ftspec preview`: what trains is what you see."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ftspec.cli.options import spec_argument
from ftspec.cli.show import show_diagnostics, terminal_width, wants_color
from ftspec.errors import Rejected
from ftspec.pipeline import Options, load

if TYPE_CHECKING:
    from ftspec.data.showing import Shown


@click.command()
@spec_argument
@click.option("-n", "count", type=click.IntRange(min=0), default=3, show_default=True, help="Rows to show of each.")
@click.option("--data", metavar="NAME", help="This data set alone, or one part of it: tickets, tickets.test.")
@click.option("--stats", is_flag=True, help="Lengths, labels, vocabulary, diversity and groups as well.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--set", "settings", metavar="PATH=VALUE", multiple=True, help="Override one attribute: router.seed=1.")
@click.option("--overlay", metavar="NAME", help="Apply this overlay of the spec.")
def command(
    spec: Path, count: int, data: str | None, stats: bool, form: str, settings: tuple[str, ...], overlay: str | None
) -> int:
    """Show rows of SPEC as the model reads them, with the tokens that train, and how long all rows are."""
    from ftspec.data.showing import shown

    try:
        loaded = load(spec, Options(overlay, settings))
        if loaded.spec is None or loaded.has_errors:
            raise Rejected(loaded.diagnostics)
        found = shown(loaded.spec, data, count, stats=stats)
    except Rejected as rejected:
        if form == "json":
            from ftspec.text.formats import json as diagnostics

            click.echo(diagnostics.render(rejected.diagnostics), nl=False)
            return rejected.exit_code
        raise
    _write_json(found) if form == "json" else _write_text(found)
    show_diagnostics([remark for each in found for remark in each.remarks])
    return 0


def _write_json(found: list[Shown]) -> None:
    from ftspec.data.showing import to_json

    click.echo(json.dumps(to_json(found), ensure_ascii=False, indent=1))


def _write_text(found: list[Shown]) -> None:
    from ftspec.data.preview_text import render_preview
    from ftspec.data.statistics_text import render_statistics

    color, width = wants_color(sys.stdout), terminal_width()
    texts = []
    for each in found:
        texts.append(render_preview(each.preview, color, width))
        if each.statistics is not None:
            texts.append(render_statistics(each.statistics, width))
    click.echo("\n".join(texts), nl=False, color=color)
