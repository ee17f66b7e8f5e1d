"""FT356: rows are shared out in one way."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import SPLIT_TWO_WAYS
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("data.split",)

_WAYS = ("by", "time", "group", "stratify")
_SHARES = ("train", "validation", "test")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Splits that name two ways, of which only one could decide, or shares beside a field that names the part."""
    for name, data in spec.data.items():
        ways = [way for way in _WAYS if data.split is not None and getattr(data.split, way) is not None]
        said = [share for share in _SHARES if f"data.{name}.split.{share}" in spec.origins]
        if len(ways) > 1:
            message = f"rows are split by `{ways[0]}` or by `{ways[1]}`, not by both"
            place = spec.place(f"data.{name}.split.{ways[1]}")
            yield Diagnostic(SPLIT_TWO_WAYS, message, place, "keep one of the two")
        elif ways == ["by"] and said:
            message = f"the field `{data.split.by}` says which part a row belongs to, so a share decides nothing"  # type: ignore[union-attr]
            place = spec.place(f"data.{name}.split.{said[0]}")
            yield Diagnostic(SPLIT_TWO_WAYS, message, place, "leave the shares out, or leave `by` out")
