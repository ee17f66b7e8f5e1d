"""Advice that needs facts, one file each: a function `check(spec, plan)` that yields diagnostics."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from ftspec.plan.plan import Plan
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic


def check_facts(spec: Spec, plan: Plan) -> Iterator[Diagnostic]:
    """What every file of this folder finds."""
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        yield from import_module(f"{__name__}.{path.stem}").check(spec, plan)
