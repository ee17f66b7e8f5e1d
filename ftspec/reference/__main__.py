"""`python -m ftspec.reference [--check] FOLDER`: writes the reference, or says what in it is not current."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ftspec.text.files import write_atomic

BY_HAND = frozenset({"benchmarks.md"})
"""Pages beside the reference that people write."""


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a file would change.")
def command(folder: Path, check: bool) -> None:
    """Write the reference into FOLDER."""
    from ftspec.reference.book import chapters

    folder.mkdir(parents=True, exist_ok=True)
    made = {folder / name: text for name, text in chapters().items()}
    stale = [path for path, text in made.items() if not path.is_file() or path.read_text("utf-8") != text]
    gone = [path for path in folder.iterdir() if path.is_file() and path not in made and path.name not in BY_HAND]
    for path in (*stale, *gone):
        click.echo(f"{'not current' if check else 'wrote' if path in made else 'removed'}: {path}", err=True)
        if not check and path in made:
            write_atomic(path, made[path])
        elif not check:
            path.unlink()
    sys.exit(1 if check and (stale or gone) else 0)


if __name__ == "__main__":
    command()
