"""Annotations in quotes are compiled when they are read."""

from __future__ import annotations

import typing

import pytest

from ftspec.text.late import late_references


def test_what_is_read_later_means_the_same() -> None:
    with late_references():
        late = type("Late", (), {"__annotations__": {"count": "int | None", "rest": "tuple[int, ...]"}})
        reference = typing.ForwardRef("int | None")
    assert reference.__forward_code__ == "int | None"
    assert reference == typing.ForwardRef("int | None")
    assert typing.get_type_hints(late) == {"count": int | None, "rest": tuple[int, ...]}
    assert typing._eval_type(reference, globals(), {}) == int | None  # type: ignore[attr-defined]


def test_afterwards_typing_is_as_it_was() -> None:
    with pytest.raises(RuntimeError), late_references():
        raise RuntimeError
    with pytest.raises(SyntaxError):
        typing.ForwardRef("not an expression")
