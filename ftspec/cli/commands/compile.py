"""`ftspec compile`: what will happen?"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ftspec.cli.options import plan_options, spec_argument
from ftspec.cli.show import show_diagnostics, terminal_width, wants_color
from ftspec.errors import Rejected
from ftspec.pipeline import Compiled, Options
from ftspec.pipeline import compile as compile_spec
from ftspec.pipeline import probe as probe_spec

if TYPE_CHECKING:
    from ftspec.plan.plan import Plan


@click.command()
@spec_argument
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the result to this file.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text")
@click.option("--emit", type=click.Path(path_type=Path, file_okay=False), help="Write plan.json and a plain train.py.")
@click.option("--origins", is_flag=True, help="Show where every value was set, and what it overrode.")
@click.option("--probe", is_flag=True, help="Try three steps of each stage on this device; keep what they take.")
@plan_options
def command(
    spec: Path, output: Path | None, form: str, emit: Path | None, origins: bool, probe: bool, options: Options
) -> int:
    """Compile SPEC to a plan and show it. Nothing is trained, but for the few steps of --probe."""
    try:
        compiled = probe_spec(spec, options) if probe else compile_spec(spec, options)
    except Rejected as rejected:
        if form == "json":
            from ftspec.text.formats import json

            more = _as_json(rejected)
            click.echo(json.render(rejected.diagnostics, **more), nl=False)
            return rejected.exit_code
        if rejected.plan is not None and rejected.assumed:
            _write(_per_thousand(rejected.plan, rejected.assumed, form), None)
            click.echo()
        elif rejected.plan is not None:  # it stands, but not on this device or within this budget
            _write(_explained(rejected.plan, form, origins, to_file=False), None)
            click.echo()
        raise
    _write(_rendered(compiled, form, origins, to_file=output is not None), output)
    if form != "text" or output is not None:
        show_diagnostics(compiled.diagnostics)
    if emit is not None:
        from ftspec.run.emit import emit as emit_files

        for path in emit_files(compiled.plan, compiled.spec.root, emit):
            click.echo(f"wrote {path}", err=True)
    return 0


def _per_thousand(plan: Plan, assumed: Sequence[str], form: str) -> str:
    from ftspec.plan import explain

    if form == "markdown":
        return explain.per_thousand_markdown(plan, assumed)
    return explain.per_thousand(plan, assumed, width=terminal_width(), color=wants_color(sys.stdout))


def _as_json(rejected: Rejected) -> dict[str, Any]:
    """What a thousand rows of data that is not there yet would take."""
    if rejected.plan is None or not rejected.assumed:
        return {}
    resources = rejected.plan.resources.model_dump(mode="json")
    return {"per_1000_rows": {"assumed": list(rejected.assumed), "resources": resources}}


def _rendered(compiled: Compiled, form: str, origins: bool, *, to_file: bool) -> str:
    from ftspec.plan.canonical import to_json

    if form == "json":
        return to_json(compiled.plan)
    text = _explained(compiled.plan, form, origins, to_file=to_file)
    if form == "text" and compiled.diagnostics and not to_file:
        from ftspec.text.render import render

        text += "\n" + render(compiled.diagnostics, color=wants_color(sys.stdout))
    return text


def _explained(plan: Plan, form: str, origins: bool, *, to_file: bool) -> str:
    from ftspec.plan import explain

    if form == "markdown":
        return explain.markdown(plan)
    color = wants_color(sys.stdout) and not to_file
    text = explain.preview(plan, width=terminal_width(), color=color)
    return text + "\n" + explain.origins(plan, width=terminal_width(), color=color) if origins else text


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False, color=wants_color(sys.stdout))
        return
    from ftspec.text.files import write_atomic

    write_atomic(output, text)
    click.echo(f"wrote {output}", err=True)
