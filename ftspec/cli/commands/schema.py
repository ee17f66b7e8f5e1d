"""`ftspec schema`: JSON Schema of a spec's JSON form, or that form of one spec."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command()
@click.argument("spec", required=False, type=click.Path(path_type=Path))
def command(spec: Path | None) -> int:
    """Print the JSON Schema of a spec; with SPEC, print that spec in the JSON form that the schema describes."""
    click.echo(json.dumps(_form(spec) if spec else _schema(), indent=2, ensure_ascii=False))
    return 0


def _schema() -> object:
    from ftspec.reference.schema import spec_schema

    return spec_schema()


def _form(path: Path) -> object:
    from ftspec.errors import Rejected
    from ftspec.pipeline import load
    from ftspec.reference.form import json_form

    loaded = load(path)
    if loaded.spec is None:
        raise Rejected(loaded.diagnostics)
    return json_form(loaded.spec)
