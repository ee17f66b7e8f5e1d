"""Values as the language writes them."""

from __future__ import annotations

from typing import Any

import pytest

from ftspec.report.spelling import spell


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "none"),
        (True, "true"),
        (16, "16"),
        (2e-4, "2e-4"),
        (0.9, "0.9"),
        ([0.9, 0.95], "[0.9, 0.95]"),
        ("all_linear", "all_linear"),
        ({"name": "jsonl", "arguments": {"path": "data/t.jsonl"}}, 'jsonl("data/t.jsonl")'),
        (
            {"name": "lora", "arguments": {"alpha": 32.0, "modules_to_save": [], "rank": 16}},
            "lora(rank = 16, alpha = 32)",
        ),
        ({"name": "of_a_plugin", "arguments": {"b": 1, "a": None}}, "of_a_plugin(b = 1)"),
        ({"test": 0.15, "stratify": "queue"}, "test = 0.15, stratify = queue"),
    ],
)
def test_values(value: Any, text: str) -> None:
    assert spell(value) == text
