"""Pages made from the models: a field is documented once, under the field."""

from __future__ import annotations

from inspect import getdoc
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ftspec.compile.lower.draft import shown
from ftspec.compile.read.forms import block_model, forms_of
from ftspec.compile.vocabulary import HIDDEN
from ftspec.spec.kind import Kind
from ftspec.spec.types import Frozen


def block_page(name: str, model: type[Frozen]) -> str:
    """What a block holds."""
    return f"# {name} {{ … }}\n\n{getdoc(model)}\n\n{fields_table(model, HIDDEN.get(name, ()))}"


def attribute_page(block: str, name: str) -> str:
    """One attribute of a block."""
    from ftspec.reference.lookup import blocks

    model = blocks()[block]
    field = next(field for each, field in model.model_fields.items() if (field.alias or each) == name)
    return f"# {name}, in {block}\n\n{field.description}\n\n{_facts(field)}\n"


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
        lines += [f"- `{field.alias or name}` ({_facts(field)}): {field.description or ''}"]
    return "\n".join(lines) + "\n" if lines else "It has no attributes.\n"


def _facts(field: FieldInfo) -> str:
    if block_model(field) is not None:
        return "a block"
    forms = " or ".join(form.title for form in forms_of(field))
    return f"{forms}; {_default(field)}"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value: Any = field.get_default(call_default_factory=True)
    if value is None or value is PydanticUndefined:
        return "optional"
    text = str(value).lower() if isinstance(value, bool) else shown(value)
    return f"default `{text}`"
