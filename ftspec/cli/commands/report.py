"""`ftspec report`: write a run's report again."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("run", type=click.Path(path_type=Path, file_okay=False))
def command(run: Path) -> int:
    """Write report.html of RUN again, from what the run recorded."""
    from ftspec.report import write_report

    click.echo(str(write_report(run)))
    return 0
