"""Builds a frozen model from read values; pydantic's complaints become diagnostics at the value they are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from ftspec.compile.codes import OUT_OF_RANGE
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.forms import Numeric, forms_of
from ftspec.spec.kind import Kind
from ftspec.spec.types import Dimension, Frozen
from ftspec.syntax.unparse import number_text
from ftspec.text.diagnostic import Diagnostic, Place

M = TypeVar("M", bound=Frozen)


def build(
    context: Context, model: type[M], values: Mapping[str, Any], places: Mapping[str, Place], whole: Place
) -> tuple[M | Missing, frozenset[str]]:
    """The model of the values without those that are out of range, and the names of these.

    `MISSING` where what is left does not make a model.
    """
    try:
        return model.model_validate(dict(values)), frozenset()
    except ValidationError as error:
        wrong = _by_field(error.errors(include_url=False))
    for name, each in wrong.items():
        _report(context, model, name, each, places.get(name, whole))
    rest = {name: value for name, value in values.items() if name not in wrong}
    try:
        return model.model_validate(rest), frozenset(wrong)
    except ValidationError:
        return MISSING, frozenset(wrong)


def _by_field(errors: Sequence[Any]) -> dict[str, Any]:
    """One complaint a field: of those about the branches of a union the one that says most."""
    ordered = sorted(errors, key=lambda each: each["type"] not in (*_BOUNDS, *_SENTENCES, "value_error"))
    return {_field(each): each for each in reversed(ordered)}


def _field(error: Any) -> str:
    return str(error["loc"][0]) if error["loc"] else ""


def _report(context: Context, model: type[Frozen], name: str, error: Any, place: Place) -> None:
    message, help = _out_of_bounds(model, name, error, place) or _other(model, name, error)
    if not context.is_broken(place.source, place.span):
        context.found.append(Diagnostic(OUT_OF_RANGE, message, place, help))


_BOUNDS = {
    "greater_than": ("gt", "must be above {}", "write a number above {}"),
    "greater_than_equal": ("ge", "must be at least {}", "write {} or more"),
    "less_than": ("lt", "must be below {}", "write a number below {}"),
    "less_than_equal": ("le", "must be at most {}", "write {} or less"),
}


def _out_of_bounds(model: type[Frozen], name: str, error: Any, place: Place) -> tuple[str, str] | None:
    if error["type"] not in _BOUNDS:
        return None
    key, message, help = _BOUNDS[error["type"]]
    share = _is_share(model, name)
    bound = error["ctx"][key]
    shown = f"`{_plain(bound * 100)}%`" if share else f"`{_plain(bound)}`"
    written = place.source.text[place.span.start : place.span.end]
    if share and error["type"].startswith("less") and written.replace(".", "", 1).isdigit() and float(written) <= 100:
        help = f"write `{written}%`: a plain number is a share of 1"
        help = help if float(written) < 100 else "write a share such as `3%`: it counts neither steps nor rows"
    return f"`{name}` {message.format(shown)}", help.format(shown)


def _plain(number: float) -> str:
    from decimal import Decimal

    return number_text(Decimal(f"{number:.12g}"))


def _is_share(model: type[Frozen], name: str) -> bool:
    field = next((each for key, each in model.model_fields.items() if (each.alias or key) == name), None)
    forms = () if field is None else forms_of(field)
    return any(isinstance(form, Numeric) and form.dimension is Dimension.SHARE for form in forms)


_SENTENCES = {
    "string_too_short": ("`{}` is empty", "write what it is between the quotes"),
    "too_short": ("`{}` is empty", "name at least one, or leave it out"),
    "string_too_long": ("`{}` is too long", None),
    "string_pattern_mismatch": ("`{}` cannot be written like that", None),
}


def _other(model: type[Frozen], name: str, error: Any) -> tuple[str, str | None]:
    """A validator's own words, `what is wrong; what to write`, or pydantic's."""
    example = f"write it as in `{model.valid[0]}`" if issubclass(model, Kind) and model.valid else None
    if error["type"] == "too_short" and error["ctx"]["actual_length"]:
        return f"`{name}` names too few: {error['ctx']['min_length']} are the least", example
    if error["type"] == "multiple_of":
        return f"`{name}` must be a multiple of `{_plain(error['ctx']['multiple_of'])}`", example
    if error["type"] in _SENTENCES:
        message, help = _SENTENCES[error["type"]]
        return message.format(name), example or help
    text = error["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    message, _, help = text.partition("; ")
    return message[:1].lower() + message[1:], help or example
