"""Data: read, clean, split, render, tokenize and label.

Nothing is imported before it is used: a warm survey only hashes files.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ftspec.data.drafting import branches
    from ftspec.data.encoding import Encoded, encode, end_of_turn, expected, prompts
    from ftspec.data.prepared import Prepared
    from ftspec.data.preparing import prepare
    from ftspec.data.row import Row, Turn
    from ftspec.data.surveying import survey, survey_data
    from ftspec.data.tokens import token_facts

_HOMES = {
    "Encoded": "encoding",
    "Prepared": "prepared",
    "Row": "row",
    "Turn": "row",
    "branches": "drafting",
    "encode": "encoding",
    "end_of_turn": "encoding",
    "expected": "encoding",
    "prepare": "preparing",
    "prompts": "encoding",
    "survey": "surveying",
    "survey_data": "surveying",
    "token_facts": "tokens",
}
"""Where each public name stands. No module is called like a name, which it would hide once it is imported."""

__all__ = [
    "Encoded",
    "Prepared",
    "Row",
    "Turn",
    "branches",
    "encode",
    "end_of_turn",
    "expected",
    "prepare",
    "prompts",
    "survey",
    "survey_data",
    "token_facts",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
