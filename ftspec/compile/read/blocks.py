"""Blocks become models: known attributes read by their types, nested blocks in turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic.fields import FieldInfo

from ftspec.compile.codes import MISSING_ATTRIBUTE
from ftspec.compile.program.sections import Section
from ftspec.compile.read.build import build
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.forms import block_model, forms_of, read_as
from ftspec.compile.read.strays import report_strays
from ftspec.spec.types import Frozen

M = TypeVar("M", bound=Frozen)


def read_block(
    context: Context, section: Section, model: type[M], path: str, given: Mapping[str, Any] | None = None
) -> M | Missing:
    """The model of a block, which is called `path` in the spec: `data`, `data.split`.

    `given` are fields that are no attributes: turns, rules. What cannot be read is left at its default and noted as
    unread; where nothing can stand in for it, the whole block is.
    """
    fields = {field.alias or name: field for name, field in model.model_fields.items() if name not in (given or {})}
    blocks = {name: nested for name, field in fields.items() if (nested := block_model(field)) is not None}
    attributes = {name: field for name, field in fields.items() if name not in blocks}
    values = {**(given or {}), **_settings(context, section, attributes, blocks)}
    values |= _nested(context, section, path, fields)
    unread = {name for name, value in values.items() if isinstance(value, Missing)}
    report_strays(context, section)
    missing = _missing(context, section, attributes, values)
    values = {name: value for name, value in values.items() if name not in unread}
    if missing or any(field.is_required() and name in unread for name, field in attributes.items()):
        context.unread.add(path)
        return MISSING
    places = {name: setting.value_place for name, setting in section.settings.items()}
    built, wrong = build(context, model, values, places, section.place)
    context.unread |= {f"{path}.{name}" for name in (*unread, *wrong)}
    if isinstance(built, Missing) or context.is_damaged(section):
        context.unread.add(path)
    return built


def _settings(
    context: Context, section: Section, attributes: Mapping[str, FieldInfo], blocks: Mapping[str, type[Frozen]]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, setting in section.settings.items():
        if name in attributes:
            values[name] = read_as(context, forms_of(attributes[name]), setting.value, setting.scope)
        else:
            from ftspec.compile.read.strangers import meant_by, report_setting

            report_setting(context, section, setting, attributes, blocks)
            stands_for = meant_by(section, name, (*attributes, *blocks))
            if stands_for is not None:
                values.setdefault(stands_for, MISSING)
    return values


def _nested(context: Context, section: Section, path: str, fields: Mapping[str, FieldInfo]) -> dict[str, Any]:
    from ftspec.compile.read.special import SPECIAL

    values: dict[str, Any] = {}
    for nested in section.sections:
        model = block_model(fields[nested.kind]) if nested.kind in fields else None
        if model is not None:
            read: Callable[..., Any] = SPECIAL.get(nested.kind, read_block)
            values[nested.kind] = read(context, nested, model, f"{path}.{nested.kind}")
        else:
            from ftspec.compile.read.strangers import report_block

            stands_for = report_block(context, section, nested, fields)
            if stands_for is not None:
                values[stands_for] = MISSING
    return values


def _missing(
    context: Context, section: Section, attributes: Mapping[str, FieldInfo], values: Mapping[str, Any]
) -> list[str]:
    """Required attributes that are not there; silent where a line of the block could not be read."""
    missing = [name for name, field in attributes.items() if field.is_required() and name not in values]
    if context.is_damaged(section):
        return missing
    for name in missing:
        due = " or ".join(form.title for form in forms_of(attributes[name]))
        message = f"`{section.title}` needs `{name}`"
        context.report(MISSING_ATTRIBUTE, message, section.scope, section.span, f"add `{name} = …` with {due}")
    return missing
