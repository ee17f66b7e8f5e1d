"""`ftspec gate`: hold gates against a model that is there, and check what a verdict rests on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ftspec.cli.options import plan_options
from ftspec.cli.show import show_diagnostics, wants_color
from ftspec.errors import CannotRun
from ftspec.pipeline import EXIT_CODES, Options
from ftspec.pipeline import compile as compile_spec
from ftspec.pipeline import gate as hold_gates

if TYPE_CHECKING:
    from ftspec.plan.plan import Plan
    from ftspec.run.progress import Progress


@click.command()
@click.argument("target", metavar="RUN|MODEL", type=click.Path(path_type=Path, file_okay=False))
@click.argument("spec", type=click.Path(path_type=Path), required=False)
@click.option("--data", metavar="NAME=FILE", multiple=True, help="Score on the rows of FILE in place of data NAME.")
@click.option("--fail-on-drift", is_flag=True, help="With --data: exit 4 too where its texts or scores have moved.")
@click.option("--verify", is_flag=True, help="Make the verdict of RUN again from its evidence; report any edit.")
@click.option("--rescore", is_flag=True, help="With the model too: measure again and compare every item.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Default: gates/DIGEST in the run.")
@click.option("--root", type=click.Path(path_type=Path, file_okay=False), help="Without SPEC: the folder of the spec.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--allow-code", is_flag=True, help="Let Python files that the spec names run.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@plan_options
def command(
    target: Path,
    spec: Path | None,
    data: tuple[str, ...],
    fail_on_drift: bool,
    verify: bool,
    rescore: bool,
    out: Path | None,
    root: Path | None,
    form: str,
    allow_code: bool,
    quiet: bool,
    options: Options,
) -> int:
    """Hold gates against RUN or MODEL again: those of SPEC, or of the run itself. Nothing is trained.

    Exits as `ftspec run` does: 0 where every required gate passed, 4 where one failed, 5 where one is inconclusive. On
    new data the drift of texts and scores is shown too; with --fail-on-drift it decides as well.
    """
    from ftspec.run.progress import progress_for

    if (verify or rescore) and (data or options != Options()):
        raise click.UsageError("--verify and --rescore look at a run as it is: leave out --data and changes")
    if fail_on_drift and not data:
        raise click.UsageError("--fail-on-drift compares new data: name it with --data NAME=FILE")
    with progress_for(sys.stderr, quiet=quiet) as progress:
        if verify or rescore:
            return _verified(target, spec, _root_of(target, spec, root), rescore, form, progress, allow_code)
        files = dict(map(_named_file, data))
        plan, home = _plan(target, spec, root, options)
        gated = hold_gates(plan, home, target, files, progress, spec=spec, out=out, allow_code=allow_code)
    from ftspec.cli.gated import show

    show(gated, form, color=wants_color(sys.stdout))
    moved = fail_on_drift and any(each.has_drifted for each in gated.drift)
    return EXIT_CODES["fail" if moved else gated.verdict.verdict]


def _named_file(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not equals or not name or not path:
        raise click.UsageError(f"`--data {text}` is not NAME=FILE, such as `--data tickets=new.jsonl`")
    return name, Path(path)


def _plan(target: Path, spec: Path | None, root: Path | None, options: Options) -> tuple[Plan, Path]:
    if spec is not None:
        compiled = compile_spec(spec, options)
        show_diagnostics([each for each in compiled.diagnostics if each.is_error])
        return compiled.plan, compiled.spec.root
    if options != Options():
        raise click.UsageError("--overlay, --set and --device change a spec: name it after the run")
    from ftspec.plan.load import read_plan

    if not (target / "plan.json").is_file():
        raise click.UsageError(f"{target} is no run: name the spec whose gates are held, `ftspec gate {target} SPEC`")
    home = _root_of(target, None, root)
    if home is None:
        raise CannotRun(f"the folder of the spec of {target} is not known", "name it with --root, or name the spec")
    return read_plan(target / "plan.json"), home


def _root_of(target: Path, spec: Path | None, root: Path | None) -> Path | None:
    from ftspec.run.folder import RunFolder

    if root is not None or spec is not None:
        return root or (spec.resolve().parent if spec else None)
    return RunFolder(target).root


def _verified(
    run: Path, spec: Path | None, root: Path | None, rescore: bool, form: str, progress: Progress, allow_code: bool
) -> int:
    from ftspec.cli.gated import show_verified
    from ftspec.run.checking import problems, rescored_problems

    found = problems(run, root)
    if rescore and not found:
        if root is None:
            raise CannotRun(f"the folder of the spec of {run} is not known", "name it with --root, or name the spec")
        found = rescored_problems(run, root, progress, allow_code)
    return show_verified(run, found, rescore, form, color=wants_color(sys.stdout), note=_other_spec(run, spec))


def _other_spec(run: Path, spec: Path | None) -> str | None:
    """That a spec which is named is not the one the verdict is about, though all evidence may stand."""
    from ftspec.run.folder import RunFolder

    kept = RunFolder(run).spec
    if spec is None or not kept.is_file() or not spec.is_file() or kept.read_bytes() == spec.read_bytes():
        return None
    return f"{spec} was changed since: the verdict is about {kept}"
