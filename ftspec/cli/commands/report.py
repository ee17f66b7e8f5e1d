"""`ftspec report`: write a run's report again."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path, file_okay=False))
def command(run: Path) -> int:
    """Write report.html of RUN again, and the card of its model, from what the run recorded."""
    from ftspec.pipeline import report

    click.echo(str(report(run)))
    return 0
