"""`ftspec compile`: what will happen?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ftspec.cli.options import plan_options, spec_argument
from ftspec.cli.show import show_diagnostics, terminal_width, wants_color
from ftspec.errors import Rejected
from ftspec.pipeline import Compiled, Options
from ftspec.pipeline import compile as compile_spec


@click.command()
@spec_argument
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the result to this file.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text")
@click.option("--emit", type=click.Path(path_type=Path, file_okay=False), help="Write plan.json and a plain train.py.")
@click.option("--origins", is_flag=True, help="Show where every value was set, and what it overrode.")
@plan_options
def command(spec: Path, output: Path | None, form: str, emit: Path | None, origins: bool, options: Options) -> int:
    """Compile SPEC to a plan and show it. Nothing is trained."""
    try:
        compiled = compile_spec(spec, options)
    except Rejected as rejected:
        if form == "json":
            from ftspec.text.formats import json

            click.echo(json.render(rejected.diagnostics), nl=False)
            return rejected.exit_code
        raise
    _write(_rendered(compiled, form, origins, to_file=output is not None), output)
    if form != "text" or output is not None:
        show_diagnostics(compiled.diagnostics)
    if emit is not None:
        from ftspec.run.emit import emit as emit_files

        for path in emit_files(compiled.plan, compiled.spec.root, emit):
            click.echo(f"wrote {path}", err=True)
    return 0


def _rendered(compiled: Compiled, form: str, origins: bool, *, to_file: bool) -> str:
    from ftspec.plan import explain
    from ftspec.plan.canonical import to_json

    if form == "json":
        return to_json(compiled.plan)
    if form == "markdown":
        return explain.markdown(compiled.plan)
    color = wants_color(sys.stdout) and not to_file
    text = explain.preview(compiled.plan, width=terminal_width(), color=color)
    if origins:
        text += "\n" + explain.origins(compiled.plan, width=terminal_width(), color=color)
    if compiled.diagnostics and not to_file:
        from ftspec.text.render import render

        text += "\n" + render(compiled.diagnostics, color=color)
    return text


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False, color=wants_color(sys.stdout))
        return
    from ftspec.text.files import write_atomic

    write_atomic(output, text)
    click.echo(f"wrote {output}", err=True)
