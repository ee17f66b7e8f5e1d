"""`ftspec runs`: what has been run here."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("directory", default="runs", type=click.Path(path_type=Path, file_okay=False))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(directory: Path, form: str) -> int:
    """List the runs in DIRECTORY, newest first."""
    from ftspec.run.history import list_runs, render

    runs = list_runs(directory)
    if form == "json":
        import json

        click.echo(json.dumps([run.model_dump(mode="json") for run in runs], indent=2))
    else:
        click.echo(render(runs), nl=False)
    return 0
