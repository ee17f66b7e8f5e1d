"""A call that stands alone as a statement: what it is an argument to is known here, and not where it is parsed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit, Fix
from ftspec.text.source import Span

_LONGEST = 60


def with_attribute(problems: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The same mistakes; `lora(rank = 16)` alone on a line is told `method = lora(rank = 16)`."""
    return [_named(each) if each.code is codes.FOREIGN_STATEMENT else each for each in problems]


def _named(problem: Diagnostic) -> Diagnostic:
    place = problem.place
    if place is None or place.source.text[place.span.end : place.span.end + 1] != "(":
        return problem
    attribute = _attribute(place.source.text[place.span.start : place.span.end])
    if attribute is None:
        return problem
    line = place.source.text[place.span.start :].split("\n", 1)[0].strip()
    written = f"{attribute} = {line}" if len(line) <= _LONGEST else f"{attribute} = …"
    edit = Edit(Span(place.span.start, place.span.start), f"{attribute} = ")
    return replace(problem, help=f"write `{written}`", fix=Fix((edit,), safe=True))


def _attribute(keyword: str) -> str | None:
    """The attribute that takes calls of this name."""
    from ftspec.compile.vocabulary import attribute_for
    from ftspec.kinds import families, keywords

    for family in families():
        if keyword in keywords(family) and (attribute := attribute_for(family)) is not None:
            return attribute
    return None
