"""A file becomes a spec: parsed, put together, typed, and held against the rules of meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ftspec.compile.program import Program, assemble
from ftspec.compile.read.context import Context
from ftspec.compile.read.spec import read_spec
from ftspec.spec.spec import Spec
from ftspec.text.codes import FOREIGN_STATEMENT
from ftspec.text.diagnostic import Diagnostic, in_order
from ftspec.text.source import Source, Span


class Loaded(NamedTuple):
    """A spec and what is wrong with it; `spec` is None when something is."""

    spec: Spec | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def has_errors(self) -> bool:
        """Whether any diagnostic is an error."""
        return any(each.is_error for each in self.diagnostics)


def load_spec(
    source: Source, path: Path, overlay: str | None = None, settings: Sequence[str] = (), trial: Sequence[str] = ()
) -> Loaded:
    """The spec in `source`, whose paths are relative to the folder of `path`.

    Without an overlay chosen, every overlay of the file is tried too, so that `check` sees what is wrong with it.
    """
    program, problems = assemble(source, path, overlay, settings, trial)
    if any(each.code is FOREIGN_STATEMENT for each in problems):
        from ftspec.compile.program.alone import with_attribute

        problems = with_attribute(problems)
    spec, found = _understood(program, problems, path)
    if overlay is None and not settings and not trial:
        for name in program.overlays:
            found += _only_with(name, source, path, found)
    if spec.search is not None and not trial and not any(each.is_error for each in found):
        found += _of_trials(program, path, found)
    complete = not any(each.is_error for each in found)
    return Loaded(spec if complete else None, tuple(in_order(found)))


def _understood(program: Program, problems: Sequence[Diagnostic], path: Path) -> tuple[Spec, list[Diagnostic]]:
    """What could be read, and every mistake in it."""
    from ftspec.compile.rules import check_meaning

    context = Context(program, path.resolve().parent, list(problems))
    reading = read_spec(context, path.name.removesuffix(".ft"))
    found = [*context.found, *check_meaning(reading.spec, reading.unread)]
    if "policy" in program.single:
        from ftspec.compile.policy.read import policy_in

        found = list(dict.fromkeys([*found, *policy_in(program.scope.source, path).diagnostics]))
    return reading.spec, found


def _only_with(overlay: str, source: Source, path: Path, known: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The mistakes that come with an overlay; those outside of it say so."""
    program, problems = assemble(source, path, overlay)
    _, found = _understood(program, problems, path)
    whole, before = program.overlays[overlay].whole, set(known)
    return [_attributed(each, overlay, source, whole) for each in found if each not in before]


def _of_trials(program: Program, path: Path, known: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The mistakes that come with a value that a search tries, at the value."""
    from ftspec.compile.program.overlay import override
    from ftspec.compile.read.search import tried

    mistakes: list[Diagnostic] = []
    before = set(known)
    for setting, value in tried(program.single["search"]):
        found: list[Diagnostic] = []
        changed = override(program, setting._replace(value=value, by="search"), found)
        mistakes += _understood(changed, found, path)[1]
    return [each for each in dict.fromkeys(mistakes) if each.is_error and each not in before]


def _attributed(diagnostic: Diagnostic, overlay: str, source: Source, whole: Span) -> Diagnostic:
    place = diagnostic.place
    if place is not None and place.source == source and whole.start <= place.span.start <= whole.end:
        return diagnostic
    return replace(diagnostic, message=f"{diagnostic.message}, with the overlay `{overlay}`")
