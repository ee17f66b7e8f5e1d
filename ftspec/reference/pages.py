"""Pages made from the models: a field is documented once, under the field."""

from __future__ import annotations

from inspect import getdoc
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ftspec.compile.lower.draft import shown
from ftspec.compile.read.forms import Numeric, block_model, forms_of
from ftspec.compile.vocabulary import HIDDEN
from ftspec.plan.explain.words import value as written
from ftspec.reference.bounds import bounds_text
from ftspec.reference.fields import documented
from ftspec.spec.kind import Kind
from ftspec.spec.types import Dimension, Frozen


def block_page(name: str, model: type[Frozen]) -> str:
    """What a block holds."""
    return f"# {name} {{ … }}\n\n{getdoc(model)}\n\n{fields_table(model, HIDDEN.get(name, ()))}"


def attribute_page(block: str, name: str) -> str:
    """One attribute of a block."""
    from ftspec.reference.lookup import blocks

    model = blocks()[block]
    own, field = next(each for each in model.model_fields.items() if (each[1].alias or each[0]) == name)
    return f"# {name}, in {block}\n\n{documented(model)[own]}\n\n{facts(field)}\n"


def kind_page(kind: type[Kind]) -> str:
    """One keyword: what it is, its arguments, and examples."""
    lines = [f"# {kind.keyword()}(…), one of the {kind.family().replace('_', ' ')}", "", getdoc(kind) or "", ""]
    if kind.model_fields:
        lines += [fields_table(kind)]
    if kind.valid:
        lines += ["Examples:", ""] + [f"    {each}" for each in kind.valid] + [""]
    return "\n".join(lines)


def fields_table(model: type[Frozen], hidden: tuple[str, ...] = ()) -> str:
    """Every field that can be written, with its form, its default and its one line of documentation."""
    lines = []
    for name, field in model.model_fields.items():
        if name in hidden:
            continue
        said = " ".join(documented(model).get(name, "").split())
        lines += [f"- `{field.alias or name}` ({facts(field)}): {said}"]
    return "\n".join(lines) + "\n" if lines else "It has no attributes.\n"


def facts(field: FieldInfo) -> str:
    """What may be written, within which bounds, and what holds where nothing is."""
    if block_model(field) is not None:
        return "a block"
    forms = " or ".join(form.title for form in forms_of(field))
    return "; ".join(each for each in (forms, bounds_text(field), _default(field)) if each)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value: Any = field.get_default(call_default_factory=True)
    if value is None or value is PydanticUndefined or value == ():
        return "optional"
    return f"default `{_written(value, field)}`"


def _written(value: Any, field: FieldInfo) -> str:
    """A default as a spec would say it: with its unit."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        for form in forms_of(field):
            if isinstance(form, Numeric) and form.dimension is Dimension.SHARE:
                return f"{100 * value:g}%"
    return written(shown(value))
