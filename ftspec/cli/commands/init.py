"""`ftspec init`: a spec with data that runs."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("directory", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--template", default="tickets", metavar="NAME", help="What to start from.")
def command(directory: Path, template: str) -> int:
    """Scaffold a spec in DIRECTORY, with data and a tiny model, ready for `ftspec run`."""
    from ftspec.scaffold import scaffold

    written = scaffold(directory, template)
    for path in written:
        click.echo(f"wrote {path}", err=True)
    spec = next(path for path in written if path.suffix == ".ft")
    inside = "" if directory == Path(".") else f"cd {directory} && "
    click.echo(f"next: {inside}ftspec compile {spec.name} && ftspec run {spec.name}")
    return 0
