"""`ftspec explain`: a page on a diagnostic, an attribute, a method, a metric."""

from __future__ import annotations

import click


@click.command()
@click.argument("name", required=False)
def command(name: str | None) -> int:
    """Explain a code (FT201), a block, an attribute, or a keyword such as lora; without NAME list them all."""
    from ftspec.reference import index, page

    click.echo(index() if name is None else page(name), nl=False)
    return 0
