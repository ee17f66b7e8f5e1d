"""A run in a few lines of Markdown, for pull requests and the summaries of CI jobs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ftspec.report.page import Plain, markdown_page
from ftspec.report.read import read_run
from ftspec.report.view.gates import confidence, gates
from ftspec.report.view.headline import headline

MARKS: Mapping[str, str] = {
    "pass": "✅", "fail": "❌", "inconclusive": "❔", "warning": "⚠️", "measured": "📏", "none": "⏳",
}  # fmt: skip
"""A sign for each verdict, beside its word."""


def summary(run_dir: Path) -> str:
    """The verdict, the gates and where the run lies. Raises `CannotRun` when the folder holds no readable plan."""
    run = read_run(run_dir)
    return markdown_page(
        "summary.md.jinja",
        headline=headline(run),
        gates=gates(run.plan, run.verdict, run.items),
        confidence=confidence(run.verdict),
        marks=MARKS,
        plain=Plain,
    )
