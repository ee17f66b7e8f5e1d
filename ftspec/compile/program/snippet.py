"""Reads a piece of the language that stands alone: a command line's `path=value`, the content of a string."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from ftspec.syntax import parse
from ftspec.syntax.tree import Attribute, Block, Expression
from ftspec.text.diagnostic import Diagnostic, Fix, Label, Place
from ftspec.text.source import Source, Span

_BEFORE = "ftspec 1\noverlay it {\n"
_AFTER = "\n}\n"
LONGEST = 1000


def attribute_in(source: Source) -> tuple[Attribute | None, list[Diagnostic]]:
    """The one attribute that the text is, with spans of the text itself; None with what is wrong with it."""
    if len(source.text) > LONGEST or "\n" in source.text or "\r" in source.text:
        return None, []
    parsed = parse(Source(source.path, f"{_BEFORE}{source.text}{_AFTER}"))
    blocks = parsed.file.statements
    body = blocks[0].body if len(blocks) == 1 and isinstance(blocks[0], Block) else ()
    mistakes = [_moved(each, source) for each in parsed.diagnostics]
    if len(body) != 1 or not isinstance(body[0], Attribute) or any(each.is_error for each in mistakes):
        return None, mistakes
    attribute: Attribute = _shifted(body[0])
    return attribute, mistakes


def expression_in(text: str) -> Expression | None:
    """The expression that a text is, or None."""
    attribute, mistakes = attribute_in(Source("", f"it = {text}"))
    return None if attribute is None or mistakes else attribute.value


def _moved(diagnostic: Diagnostic, source: Source) -> Diagnostic:
    place = Place(source, _back(diagnostic.place.span, source)) if diagnostic.place else None
    labels = tuple(Label(Place(source, _back(each.place.span, source)), each.message) for each in diagnostic.labels)
    fix = diagnostic.fix and Fix(
        tuple(replace(each, span=_back(each.span, source)) for each in diagnostic.fix.edits), diagnostic.fix.safe
    )
    return replace(diagnostic, place=place, labels=labels, fix=fix)


def _back(span: Span, source: Source) -> Span:
    start, end = (min(max(0, each - len(_BEFORE)), len(source.text)) for each in (span.start, span.end))
    return Span(start, end)


def _shifted(node: Any) -> Any:
    """A tree node with every span moved back to where the text starts."""
    match node:
        case Span():
            return Span(node.start - len(_BEFORE), node.end - len(_BEFORE))
        case tuple():
            return tuple(_shifted(each) for each in node)
        case _ if is_dataclass(node) and not isinstance(node, type):
            return replace(node, **{each.name: _shifted(getattr(node, each.name)) for each in fields(node)})
        case _:
            return node
