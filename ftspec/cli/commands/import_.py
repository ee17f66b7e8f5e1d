"""`ftspec import`: a spec from another tool's config."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ftspec.convert import Converted

_FORMATS = ("axolotl", "llama-factory", "llamafactory", "trl")


@click.command("import")
@click.argument("form", metavar="FORMAT", type=click.Choice(_FORMATS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the spec to this file.")
def command(form: str, file: Path, output: Path | None) -> int:
    """Print a spec that says what FILE, a config of another tool, says: axolotl, llama-factory or trl.

    Every key is listed on standard error: mapped, dropped with the reason, or suspicious.
    """
    from ftspec.convert import convert

    converted = convert(form, file)
    _list(converted)
    if output is None:
        click.echo(converted.text, nl=False)
        return 0
    from ftspec.text.files import write_atomic

    write_atomic(output, converted.text)
    click.echo(f"wrote {output}", err=True)
    return 0


def _list(converted: Converted) -> None:
    """The keys by their fates, those that a person must look at last."""
    from ftspec.convert import Fate
    from ftspec.text.display import printable

    for fate in Fate:
        notes = converted.of(fate)
        if notes:
            click.echo(f"{fate}:", err=True)
        for each in notes:
            line = f":{each.line}" if each.line else ""
            click.echo(printable(f"  {each.key}{line}: {each.text}"), err=True)
