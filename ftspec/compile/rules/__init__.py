"""Rules of meaning, one file each.

A rule is a function `check(spec)` that yields diagnostics, and `LOOKS_AT`, what it draws its conclusions from:
`train.method` is an attribute, `model` that such blocks are there. When something in a spec could not be read, the
rules that look at it rest, so that one mistake is not reported a second time in other words; all others run.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic


@cache
def rules() -> tuple[ModuleType, ...]:
    """Every rule, by the name of its file."""
    return tuple(import_module(f"{__name__}.{path.stem}") for path in sorted(Path(__file__).parent.glob("[a-z]*.py")))


def check_meaning(spec: Spec, unread: frozenset[str] = frozenset()) -> Iterator[Diagnostic]:
    """What the rules find that look at nothing in `unread`."""
    for rule in rules():
        if not any(_hides(each, needed) for each in unread for needed in rule.LOOKS_AT):
            yield from rule.check(spec)


def _hides(unread: str, needed: str) -> bool:
    """Whether what could not be read is, holds, or is part of what a rule needs."""
    if unread == needed or needed.startswith(f"{unread}."):
        return True
    return "." in needed and unread.startswith(f"{needed}.")
