"""Values of a typed column as the rows of other sources have them.

A table has one type for all values of a column. So an object has every key that any other object of its column has,
with null where it has none; a number that is missing may be NaN, as pandas writes it; and JSON may be a text that the
type alone tells from others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyarrow import DataType, Schema

Mend = Callable[[Any], Any]

_TALK = frozenset({"messages", "conversations", "tools", "prompt", "completion", "chosen", "rejected"})
"""Columns whose objects have the keys that they were written with: a null in a tool's arguments would be learned."""


def menders(schema: Schema) -> Mapping[str, Mend]:
    """By column: what makes its values those of a row; columns that need nothing are not there."""
    found = ((field.name, _mender(field.type, field.name in _TALK)) for field in schema)
    return {name: mend for name, mend in found if mend is not None}


def _mender(type: DataType, talk: bool) -> Mend | None:
    from pyarrow import JsonType, types

    if isinstance(type, JsonType):
        return _parsed
    if types.is_dictionary(type):
        return _mender(type.value_type, talk)
    if types.is_floating(type):
        return _number
    if types.is_map(type):
        return _of_map(_mender(type.item_type, talk))
    if types.is_list(type) or types.is_large_list(type) or types.is_fixed_size_list(type):
        return _of_list(_mender(type.value_type, talk))
    if types.is_struct(type):
        inner = {each.name: mend for each in type if (mend := _mender(each.type, talk)) is not None}
        return _of_object(inner, talk) if inner or talk else None
    return None


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _number(value: Any) -> Any:
    return None if value != value else value


def _of_list(mend: Mend | None) -> Mend | None:
    if mend is None:
        return None
    return lambda value: value if value is None else [mend(each) for each in value]


def _of_map(mend: Mend | None) -> Mend:
    """Pairs of a key and a value, as an object."""
    as_is: Mend = lambda value: value  # noqa: E731
    change = mend or as_is
    return lambda value: value if value is None else {str(key): change(item) for key, item in value}


def _of_object(inner: Mapping[str, Mend], talk: bool) -> Mend:
    def mended(value: Any) -> Any:
        if value is None:
            return None
        found = {key: inner[key](item) if key in inner else item for key, item in value.items()}
        return {key: item for key, item in found.items() if item is not None} if talk else found

    return mended
