"""Values of a plan as the language writes them: `lora(rank = 16, targets = all_linear)`, `2e-4`, `[0.9, 0.95]`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ftspec.kinds.registry import families, find, keywords
from ftspec.report import numbers
from ftspec.spec.kind import Kind


def spell(value: Any) -> str:
    """One value. A call shows the arguments that have a value."""
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _number(value)
        case str():
            return value
        case {"name": str() as name, "arguments": Mapping() as arguments}:
            return call(name, arguments)
        case Mapping():
            return ", ".join(f"{key} = {spell(item)}" for key, item in value.items())
        case Sequence():
            return "[" + ", ".join(map(spell, value)) + "]"
        case _:
            return json.dumps(value, default=str)


def call(name: str, arguments: Mapping[str, Any]) -> str:
    """`lora(rank = 16)`: arguments in the order of the keyword's own fields, empty ones left out."""
    kind = _kind(name, arguments)
    order = [*(kind.model_fields if kind else ()), *arguments]
    positional = kind.positional if kind else ()
    given = [key for key in dict.fromkeys(order) if arguments.get(key) not in (None, [], ())]
    return f"{name}({', '.join(_argument(key, arguments[key], key in positional) for key in given)})"


def _argument(key: str, value: Any, bare: bool) -> str:
    if not bare:
        return f"{key} = {spell(value)}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else spell(value)


def _kind(name: str, arguments: Mapping[str, Any]) -> type[Kind] | None:
    """The keyword that takes these arguments; None for one of a package that is not installed here."""
    named = (find(family, name) for family in families() if name in keywords(family))
    return next((kind for kind in named if kind and set(arguments) <= set(kind.model_fields)), None)


def _number(value: float) -> str:
    if value and abs(value) < 1e-2:
        return numbers.scientific(value, 6)
    return f"{value:.10g}"
