"""`ftspec export`: a model that passed, in a folder of its own or as a GGUF file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ftspec.cli.force import force_option, root_of


@click.command()
@click.argument("run", type=click.Path(path_type=Path, file_okay=False))
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@click.option("--gguf", metavar="QUANTIZATION", help="As a GGUF file (`q4_k_m`), with llama.cpp's own programs.")
@click.option("--root", type=click.Path(path_type=Path, file_okay=False), help="The folder of the spec.")
@force_option
def command(run: Path, target: Path, gguf: str | None, root: Path | None, force: str | None) -> int:
    """Copy the model of RUN, which must have passed its gates, with its card into TARGET."""
    from ftspec.pipeline import ship
    from ftspec.run.progress import progress_for
    from ftspec.run.ship import check_free, copy_model, gguf_model

    def send() -> str:
        if gguf is None:
            copy_model(run, target)
            return str(target)
        with progress_for(sys.stderr) as progress:
            return str(gguf_model(run, root_of(run, root), target, progress, gguf, force))

    check_free(target)
    click.echo(ship(run, f"export {gguf}" if gguf else "export", force, send))
    return 0
