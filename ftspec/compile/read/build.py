"""Builds a frozen model from read values; pydantic's complaints become diagnostics at the value they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from ftspec.compile.codes import OUT_OF_RANGE
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.spec.types import Frozen
from ftspec.text.diagnostic import Diagnostic, Place

M = TypeVar("M", bound=Frozen)


def build(
    context: Context, model: type[M], values: Mapping[str, Any], places: Mapping[str, Place], whole: Place
) -> M | Missing:
    """The model of the values, or `MISSING` when one of them is out of range."""
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            name = str(each["loc"][0]) if each["loc"] else ""
            context.found.append(_diagnostic(each, places.get(name, whole), name))
        return MISSING


def _diagnostic(error: Any, place: Place, name: str) -> Diagnostic:
    limits = error.get("ctx", {})
    said = {
        "greater_than": ("must be above {gt}", "write a number above {gt}"),
        "greater_than_equal": ("must be at least {ge}", "write {ge} or more"),
        "less_than": ("must be below {lt}", "write a number below {lt}"),
        "less_than_equal": ("must be at most {le}", "write {le} or less"),
    }.get(error["type"])
    subject = f"`{name}`" if name else "this"
    if said is None:
        text = error["msg"].removeprefix("Value error, ")
        message, _, help = text.partition("; ")
        return Diagnostic(OUT_OF_RANGE, message[:1].lower() + message[1:], place, help or None)
    message, help = (each.format(**limits) for each in said)
    return Diagnostic(OUT_OF_RANGE, f"{subject} {message}", place, help)
