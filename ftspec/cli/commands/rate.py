"""`ftspec rate`: have people say which of two answers is better."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ftspec.report.rating import Task


@click.command()
@click.argument("run", type=click.Path(path_type=Path, file_okay=False))
@click.option("--measurement", metavar="ID", help="Which `human_preference(…)` of the run; the first unless named.")
@click.option("--port", type=click.IntRange(0, 65535), default=8484, show_default=True, help="0 takes any free one.")
@click.option("--summary", is_flag=True, help="Only say how far the raters are, and how far they agree.")
def command(run: Path, measurement: str | None, port: int, summary: bool) -> int:
    """Serve a page on this machine on which people compare the answers of RUN, blind. Ctrl-C ends it."""
    from ftspec.errors import CannotRun
    from ftspec.report.rating import task_of
    from ftspec.report.rating.server import Server

    task = task_of(run, measurement)
    if not summary:
        try:
            server = Server(task, port)
        except OSError as error:
            raise CannotRun(f"port {port} is taken: {error.strerror}", "name another one: `--port 0`") from error
        click.echo(f"{task.measurement}: {len(task.to_rate)} pairs to rate at {server.address}", err=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("", err=True)
        finally:
            server.server_close()
    click.echo("\n".join(_lines(task)))
    return 0


def _lines(task: Task) -> list[str]:
    total, equal = len(task.to_rate), len(task.pairs) - len(task.to_rate)
    lines = [f"{task.measurement}: {total} pairs to rate, {equal} equal answers count as ties"]
    lines += [
        f"  {rater:<20} {count} of {total}{' · done' if count == total else ''}" for rater, count in task.raters.items()
    ]
    if not task.raters:
        lines.append("  nobody has begun")
    if len(task.raters) > 1:
        alpha = task.alpha
        lines.append(f"  Krippendorff's α {'cannot be computed' if alpha is None else f'{alpha:.2f}'}")
    lines.append(f"`ftspec gate {task.run.as_posix()}` decides with what is there")
    return lines
