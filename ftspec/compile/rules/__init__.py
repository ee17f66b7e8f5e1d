"""Rules of meaning, one file each. A rule is a function `check(spec)` that yields diagnostics."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic


def check_meaning(spec: Spec) -> Iterator[Diagnostic]:
    """What every rule of this folder finds."""
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        yield from import_module(f"{__name__}.{path.stem}").check(spec)
