"""Whole expected outputs under `tests/cases/plan/`; `pytest --bless` writes them anew."""

from __future__ import annotations

from pathlib import Path

import pytest

CASES = Path(__file__).parents[1] / "cases" / "plan"


def check(request: pytest.FixtureRequest, name: str, text: str) -> None:
    """Compares `text` with the file, or replaces the file when blessing."""
    path = CASES / name
    if request.config.getoption("--bless", default=False):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
