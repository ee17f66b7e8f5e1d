"""`ftspec merge`: a model that passed, as whole weights."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ftspec.cli.force import force_option, root_of


@click.command()
@click.argument("run", type=click.Path(path_type=Path, file_okay=False))
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@click.option("--root", type=click.Path(path_type=Path, file_okay=False), help="The folder of the spec.")
@force_option
def command(run: Path, target: Path, root: Path | None, force: str | None) -> int:
    """Merge the adapter of RUN into its base and write whole weights to TARGET.

    The run must have passed its gates, and the merged weights, reloaded from disk, must answer as the adapter does.
    """
    from ftspec.pipeline import card, ship
    from ftspec.run.progress import progress_for
    from ftspec.run.ship import check_free, merge_model

    def send() -> str:
        with progress_for(sys.stderr) as progress:
            found = merge_model(run, root_of(run, root), target, progress, force)
        if found is not None:
            card(run, target, found)
        return f"{target}" if found is None else f"{target} · {found}"

    check_free(target)
    click.echo(ship(run, "merge", force, send))
    return 0
