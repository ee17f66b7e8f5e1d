"""Fields of rows that must be text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftspec.data import codes
from ftspec.data.faults import Unusable, shortened
from ftspec.kinds.sources._json import NAMES

MEND = "fill it in, or drop such rows: `clean { drop_missing = true }`"


def text_of(fields: Mapping[str, Any], name: str) -> str:
    """A field that must be text. Raises `Unusable`."""
    value = fields.get(name)
    if isinstance(value, str):
        return value
    if value is None:
        what = f"has null in `{name}`" if name in fields else f"has no field `{name}`"
        have = ", ".join(f"`{each}`" for each in fields) or "no fields"
        raise Unusable(codes.MISSING_FIELD, what, MEND, f"it has {have}")
    found = NAMES.get(type(value), "an object")
    is_one = isinstance(value, bool | int | float)
    other = "write it as text, or name another field with a template"
    written = str(value).lower() if isinstance(value, bool) else shortened(value)
    help = f'write it as text: "{written}"' if is_one else other
    raise Unusable(codes.WRONG_TYPE, f"has {found} in `{name}`, where text is due", help)
