"""Whole expected outputs, kept as files that a person reads; `pytest --bless` writes them anew."""

from __future__ import annotations

from pathlib import Path

import pytest


def golden(path: Path, actual: str, request: pytest.FixtureRequest) -> None:
    """Holds `actual` against the file at `path`, or makes it the file when blessing. Line ends count."""
    if request.config.getoption("--bless"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(actual.encode())
        return
    if not path.exists():
        pytest.fail(f"{path} does not exist: look at the output, then run with --bless\n\n{actual}", pytrace=False)
    assert actual == path.read_bytes().decode()
