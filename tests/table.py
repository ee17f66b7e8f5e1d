"""Writes the README's table of methods and objectives from the tests that ran: `python -m tests.table [--check]`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- methods × objectives: `make table` writes this -->", "<!-- end -->"


class Cells:
    """What each test of the matrix found, and whether one failed."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], str] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep the cell of a test that passed."""
        for name, value in report.user_properties if report.when == "call" and report.passed else ():
            if name == "cell":
                method, objective, reason = value
                self.found[method, objective] = reason


def table(found: dict[tuple[str, str], str]) -> str:
    """Methods down, objectives across; below it how many pairs train."""
    methods = list(dict.fromkeys(method for method, _ in found))
    objectives = list(dict.fromkeys(objective for _, objective in found))
    lines = [f"| | {' | '.join(objectives)} |", f"| --- |{' :-: |' * len(objectives)}"]
    for method in sorted(methods):
        cells = ("✓" if found[method, objective] == "" else "–" for objective in objectives)
        lines.append(f"| `{method}` | {' | '.join(cells)} |")
    trained = sum(reason == "" for reason in found.values())
    refused = len(found) - trained
    lines += ["", f"{trained} of {len(found)} pairs train. A dash is refused at compile, {refused} times in all, with"]
    lines += ["the reason and a way out: `ftspec explain FT311`."]
    return "\n".join(lines)


def written(text: str, made: str) -> str:
    """The README with the table in its place."""
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.S)
    assert pattern.search(text), "the README has no place for the table"
    return pattern.sub(lambda _: f"{BEGIN}\n{made}\n{END}", text)


def main(arguments: list[str]) -> int:
    """Run the matrix, write or compare the table."""
    cells = Cells()
    code = int(pytest.main(["-q", "-m", "slow", str(ROOT / "tests" / "kinds" / "test_matrix.py")], plugins=[cells]))
    if code:
        return code
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    made = written(text, table(cells.found))
    if "--check" in arguments:
        return 0 if made == text else 1
    readme.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
