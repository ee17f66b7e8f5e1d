"""`ftspec run`: make it happen."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ftspec import pipeline
from ftspec.cli.options import plan_options, spec_argument
from ftspec.cli.show import show_diagnostics, wants_color
from ftspec.errors import FtspecError
from ftspec.pipeline import EXIT_CODES, Options
from ftspec.pipeline import compile as compile_spec
from ftspec.pipeline import run as run_plan
from ftspec.plan.plan import Plan, SearchRecord

if TYPE_CHECKING:
    from ftspec.run.progress import Progress


@click.command()
@spec_argument
@click.option("--run-dir", type=click.Path(path_type=Path, file_okay=False), help="Default: runs/NAME/DIGEST.")
@click.option("--fresh", is_flag=True, help="Forget what an earlier run of this plan has done.")
@click.option("--root", type=click.Path(path_type=Path, file_okay=False), help="For a plan: the folder of its spec.")
@click.option("--until", metavar="STAGE", help="Do this train or data set and what it needs, then end.")
@click.option("--allow-code", is_flag=True, help="Let Python files that the spec names run.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@plan_options
def command(
    spec: Path,
    run_dir: Path | None,
    fresh: bool,
    root: Path | None,
    until: str | None,
    allow_code: bool,
    quiet: bool,
    options: Options,
) -> int:
    """Run SPEC, or a plan.json: train, export, measure, decide. Running it again goes on where it stopped."""
    from textwrap import wrap

    from ftspec.evaluate.table import WIDTH, render
    from ftspec.plan.explain.taken import took
    from ftspec.report.read import read_run
    from ftspec.report.view.unended import unended
    from ftspec.run.progress import progress_for

    plan, home = _plan(spec, root, options)
    last = _step_of(plan, until) if until is not None else None
    runs = run_dir.parent if run_dir is not None else Path("runs") / plan.spec.name
    with progress_for(sys.stderr, quiet=quiet) as progress:
        if plan.search is not None:
            plan = _searched(spec, plan.search, options, runs, run_dir, progress, last, fresh, allow_code)
        directory = run_dir or runs / plan.digest[:12]
        source = spec if spec.suffix != ".json" else None
        result = run_plan(plan, home, directory, progress, fresh=fresh, spec=source, allow_code=allow_code, until=last)
    if result.verdict is None:
        click.echo(_ended(plan, directory, until or ""))
        return 0
    click.echo(render(result.verdict, color=wants_color(sys.stdout)), nl=False, color=wants_color(sys.stdout))
    for sentence in unended(plan, read_run(directory).items):
        click.echo("\n".join(wrap(sentence, WIDTH)))
    click.echo(took(result, plan.resources))
    click.echo(f"{result.verdict.verdict} · {directory} · report.html")
    return EXIT_CODES[result.verdict.verdict]


def _searched(
    spec: Path,
    search: SearchRecord,
    options: Options,
    runs: Path,
    run_dir: Path | None,
    progress: Progress,
    until: str | None,
    fresh: bool,
    allow_code: bool,
) -> Plan:
    """The plan with the values of the best trial; all trials are run first."""
    from ftspec.compile.lower.search import decided
    from ftspec.run.trials import keep, table

    if spec.suffix == ".json" or until is not None:
        what = "--until goes" if until is not None else "a plan goes"
        raise click.UsageError(f"{what} with values that are decided: run the spec itself, or `--set` what it searches")

    def told(number: int) -> None:
        click.echo(f"trial {number} of {len(search.trials)} · {' '.join(search.trials[number - 1])}", err=True)

    tried, best = pipeline.search(spec, options, search, runs, progress, told, fresh=fresh, allow_code=allow_code)
    click.echo(table(search.metric, tried, best))
    plan = compile_spec(spec, replace(options, trial=best.settings), decided).plan
    keep(run_dir or runs / plan.digest[:12], search.metric, search.direction, tried, best)
    return plan


def _step_of(plan: Plan, label: str) -> str:
    """The id of the step with this label: a train, data that models write, other data."""
    for kind in ("train", "generate", "data", "model"):
        if f"{kind}.{label}" in plan.by_id:
            return f"{kind}.{label}"
    known = ", ".join(step.id.partition(".")[2] for step in plan.steps if step.kind in ("generate", "train"))
    raise click.UsageError(f"no stage is called {label}; this plan has {known}")


def _ended(plan: Plan, directory: Path, label: str) -> str:
    """Where a run that was not to go further left what it did."""
    written = directory / "data" / f"{label}.jsonl"
    where = f" · read {written}" if written.is_file() else ""
    return f"{label} is done · {directory}{where} · run without --until to go on"


def _plan(path: Path, root: Path | None, options: Options) -> tuple[Plan, Path]:
    if path.suffix != ".json":
        compiled = compile_spec(path, options)
        show_diagnostics(compiled.diagnostics)
        return compiled.plan, compiled.spec.root
    if options != Options():
        raise click.UsageError("a plan is already decided: --overlay, --set and --device go with a spec")
    from ftspec.plan.load import read_plan

    plan = read_plan(path)
    return plan, root or _home_of(plan, path)


def _home_of(plan: Plan, path: Path) -> Path:
    """The folder that the plan's paths start from: beside the plan, or here."""
    from ftspec.plan.steps import FetchModel, PrepareData

    files = [file.path for model in plan.of(FetchModel) for file in model.files]
    files += [file.path for data in plan.of(PrepareData) for file in data.files]
    for folder in (path.resolve().parent, Path.cwd()):
        if all((folder / each).exists() for each in files):
            return folder
    raise FtspecError(
        f"{path} names files that lie neither beside it nor here, such as {files[0]}",
        "name the folder of its spec: `--root specs`",
    )
