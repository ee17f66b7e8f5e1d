"""`python -m ftspec.review --base REV PATH…`: the comment on a pull request, for the action in `action.yml`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ftspec.cli.quick import quick_start
from ftspec.errors import CannotRun, FtspecError
from ftspec.pipeline import Options
from ftspec.text.files import write_atomic


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--base", required=True, help="The revision that the change starts from.")
@click.option("--device", help="Plan for this device of the catalogue.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False))
def command(paths: tuple[Path, ...], base: str, device: str | None, output: Path) -> None:
    """Write what the change since BASE means for the specs in PATHS. Exits 1 when one of them does not compile."""
    from ftspec.review.git import common_ancestor, repository_at
    from ftspec.review.pull_request import review

    root = repository_at(Path.cwd())
    start = common_ancestor(root, base)
    if start is None:
        raise CannotRun(f"git knows no revision `{base}`", "fetch the whole history: `fetch-depth: 0` at the checkout")
    specs = [each for path in paths for each in (sorted(path.rglob("*.ft")) if path.is_dir() else [path])]
    text, is_broken = review(start, root, specs, Options(device=device))
    write_atomic(output, text)
    sys.exit(1 if is_broken else 0)


if __name__ == "__main__":
    quick_start()
    try:
        command()
    except FtspecError as error:
        sys.exit(f"error: {error.message}" + (f"\nhelp: {error.help}" if error.help else ""))
