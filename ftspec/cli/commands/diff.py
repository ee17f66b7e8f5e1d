"""`ftspec diff`: what does a change mean?"""

from __future__ import annotations

import sys

import click

from ftspec.cli.options import plan_options
from ftspec.cli.show import terminal_width, wants_color
from ftspec.pipeline import Options


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text")
@plan_options
def command(old: str, new: str, form: str, options: Options) -> int:
    """Say what the change from OLD to NEW means: retrain, re-evaluate, metadata only, or nothing.

    Either side is a spec, a plan.json, or a git revision and a path: HEAD~1:specs/a.ft.
    """
    from ftspec.plan import diff
    from ftspec.review import open_side

    before, after = open_side(old, options), open_side(new, options)
    found = diff.difference(before.plan, after.plan)
    match form:
        case "markdown":
            text = diff.markdown(found)
        case "json":
            text = diff.to_json(found)
        case _:
            text = diff.text(found, width=terminal_width(), color=wants_color(sys.stdout))
    click.echo(text, nl=False, color=wants_color(sys.stdout))
    return 0
