"""JSON Schema of a spec's JSON form, made from the models that read a spec.

The JSON form is what a spec says after names, units and constants are resolved: blocks by kind and label, values in
base units (bytes, seconds, shares between 0 and 1), calls as `{"name": …, "arguments": {…}}`. `ftspec.reference.form`
writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from inspect import getdoc
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ftspec.compile.program.namespace import LABELLED
from ftspec.compile.read.forms import (
    BareForm,
    CallForm,
    Choice,
    Form,
    LabelForm,
    LengthForm,
    ListForm,
    Numeric,
    PathForm,
    String,
    Switch,
    block_model,
    forms_of,
)
from ftspec.compile.vocabulary import BLOCKS, HIDDEN
from ftspec.kinds import families, find, keywords
from ftspec.reference.bounds import bounds
from ftspec.reference.fields import documented
from ftspec.spec.kind import Kind
from ftspec.spec.types import Dimension, Frozen

Schema = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_BASE_UNITS = {
    Dimension.SHARE: "share of 1",
    Dimension.BYTES: "bytes",
    Dimension.TIME: "seconds",
    Dimension.MONEY: "USD",
    Dimension.EPOCHS: "epochs",
    Dimension.STEPS: "steps",
    Dimension.TOKENS: "tokens",
    Dimension.ROWS: "rows",
}
_USE = {
    "type": "object",
    "properties": {"data": {"type": "string"}, "split": {"enum": ["train", "validation", "test", None]}},
    "required": ["data"],
    "additionalProperties": False,
}
_LENGTH = {
    "type": "object",
    "properties": {
        "count": {"type": "number", "exclusiveMinimum": 0},
        "unit": {"enum": ["epochs", "steps", "tokens"]},
    },
    "required": ["count", "unit"],
    "additionalProperties": False,
}
_RULE = {
    "type": "object",
    "properties": {
        "verb": {"enum": ["require", "warn", "report"]},
        "rule": {"type": "string"},
        "because": {"type": ["string", "null"]},
    },
    "required": ["verb", "rule"],
    "additionalProperties": False,
}
_TURN = {
    "type": "object",
    "properties": {"role": {"type": "string"}, "text": {"type": "string"}},
    "required": ["role", "text"],
    "additionalProperties": False,
}
_PART = {
    "type": "object",
    "properties": {"use": {"$ref": "#/$defs/use"}, "share": {"type": "number", "minimum": 0, "maximum": 1}},
    "required": ["use", "share"],
    "additionalProperties": False,
}
_EXPLORED = {
    "type": "object",
    "properties": {
        "path": {"type": "string"},
        "values": {"type": "array", "items": {"type": "string"}, "minItems": 2},
        "low": {"type": "string"},
        "high": {"type": "string"},
        "unit": {"type": "string"},
        "scale": {"enum": ["linear", "log"]},
        "whole": {"type": "boolean"},
    },
    "required": ["path"],
    "additionalProperties": False,
}
_SPOKEN: dict[str, Schema] = {
    "sentence": {"type": "string", "minLength": 1},
    "turns": {"type": "array", "items": _TURN, "minItems": 1},
    "rules": {"type": "array", "items": _RULE},
    "parts": {"type": "array", "items": _PART},
    "maximize": {"type": ["string", "null"]},
    "minimize": {"type": ["string", "null"]},
    "explored": {"type": "array", "items": _EXPLORED, "minItems": 1},
}
"""Fields that are written as a sentence, turns, rules or parts rather than as attributes."""


def spec_schema() -> Schema:
    """The schema of a whole spec."""
    properties: dict[str, Schema] = {"ftspec": {"const": 1}, "name": {"type": "string"}}
    for kind in BLOCKS:
        one = {"$ref": f"#/$defs/{kind}"}
        properties[kind] = {"type": "object", "additionalProperties": one} if kind in LABELLED else one
    definitions: dict[str, Schema] = {"use": _USE, "length": _LENGTH}
    definitions |= {kind: _model(model, HIDDEN.get(kind, ())) for kind, model in BLOCKS.items()}
    definitions |= {f"{family}.{each.keyword()}": _call(each) for family in families() for each in _kinds(family)}
    return {
        "$schema": _DRAFT,
        "title": "an ftspec spec, in its JSON form",
        "type": "object",
        "properties": properties,
        "required": ["ftspec"],
        "additionalProperties": False,
        "$defs": dict(sorted(definitions.items())),
    }


def _kinds(family: str) -> Iterator[type[Kind]]:
    return (kind for each in keywords(family) if (kind := find(family, each)) is not None)


def _call(kind: type[Kind]) -> Schema:
    """`{"name": "lora", "arguments": {…}}`."""
    return {
        "type": "object",
        "description": " ".join((getdoc(kind) or "").split("\n\n")[0].split()),
        "properties": {"name": {"const": kind.keyword()}, "arguments": _model(kind)},
        "required": ["name", "arguments"],
        "additionalProperties": False,
    }


def _model(model: type[Frozen], spoken: tuple[str, ...] = ()) -> Schema:
    properties: dict[str, Schema] = {}
    required = []
    for name, field in model.model_fields.items():
        if field.exclude:
            continue
        said = field.alias or name
        properties[said] = _SPOKEN[name] if name in spoken else _field(said, field, documented(model).get(name, ""))
        required += [said] if field.is_required() else []
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": required} if required else {})


def _field(name: str, field: FieldInfo, text: str) -> Schema:
    nested = block_model(field)
    choices = [_model(nested, HIDDEN.get(name, ()))] if nested else list(_choices(forms_of(field), field))
    default = _default(field)
    if default is None and not field.is_required():
        choices.append({"type": "null"})
    schema = choices[0] if len(choices) == 1 else {"anyOf": choices}
    described = {"description": " ".join(text.split())} if text else {}
    return {**described, **schema, **({"default": default} if default is not None else {})}


def _default(field: FieldInfo) -> Any:
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined or block_model(field) is not None:
        return None if block_model(field) is None or value is None else {}
    return value.model_dump(mode="json") if isinstance(value, Frozen) else value


def _choices(forms: Iterable[Form], field: FieldInfo) -> Iterator[Schema]:
    for form in forms:
        match form:
            case Switch():
                yield {"type": "boolean"}
            case Choice(options=options):
                yield {"enum": list(options)}
            case String() | PathForm() | BareForm():
                yield {"type": "string"}
            case LabelForm(as_use=as_use):
                yield {"$ref": "#/$defs/use"} if as_use else {"type": "string"}
            case LengthForm():
                yield {"$ref": "#/$defs/length"}
            case Numeric(dimension=dimension, integer=integer):
                unit = {"x-unit": _BASE_UNITS[dimension]} if dimension in _BASE_UNITS else {}
                yield {"type": "integer" if integer else "number", **bounds(field), **unit}
            case CallForm(family=family):
                yield {"oneOf": [{"$ref": f"#/$defs/{family}.{each}"} for each in keywords(family)]}
            case ListForm(items=items, count=count):
                of = list(_choices(items, field))
                fixed = {"minItems": count, "maxItems": count} if count is not None else {}
                yield {"type": "array", "items": of[0] if len(of) == 1 else {"anyOf": of}, **fixed}
            case _:
                raise TypeError(f"no schema is known for {form!r}")
