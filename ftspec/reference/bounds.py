"""The limits that a field's number must keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

_KEYWORDS = {
    Ge: ("ge", "minimum"),
    Gt: ("gt", "exclusiveMinimum"),
    Le: ("le", "maximum"),
    Lt: ("lt", "exclusiveMaximum"),
}
"""The attribute that holds each limit, and what JSON Schema calls it."""

_WORDS = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}


def bounds(field: FieldInfo) -> dict[str, float]:
    """The limits of a field by their JSON Schema keywords; of two of one kind the inner one, nearest to the number."""
    found: dict[str, float] = {}
    for each in (*field.metadata, *_inside(field.annotation)):
        for limit in each.metadata if isinstance(each, FieldInfo) else (each,):
            if type(limit) in _KEYWORDS:
                attribute, keyword = _KEYWORDS[type(limit)]
                found[keyword] = getattr(limit, attribute)
    return found


def bounds_text(field: FieldInfo) -> str:
    """`at least 1`, `above 0, below 10`; empty where there are none, and for a share between nothing and all."""
    limits = bounds(field)
    if limits == {"minimum": 0, "maximum": 1}:
        return ""
    if limits.get("minimum", 0) > limits.get("exclusiveMinimum", 0):
        limits.pop("exclusiveMinimum", None)
    return ", ".join(f"{_WORDS[keyword]} {limit:g}" for keyword, limit in limits.items())


def _inside(annotation: Any) -> Iterator[Any]:
    """What `Annotated` adds, anywhere inside a type."""
    for each in get_args(annotation):
        if isinstance(each, FieldInfo | Ge | Gt | Le | Lt):
            yield each
        else:
            yield from _inside(each)
