"""What `ftspec gate` prints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ftspec.pipeline import EXIT_CODES

if TYPE_CHECKING:
    from ftspec.run.drifted import Drift
    from ftspec.run.gating import Gated

UNPROVEN = 4
"""A verdict that its evidence does not bear out passes nothing."""


def show(gated: Gated, form: str, color: bool) -> None:
    """Verdict and drift."""
    if form == "json":
        record: dict[str, Any] = gated.verdict.model_dump(mode="json")
        record["folder"] = gated.folder.as_posix()
        record["drift"] = [each.model_dump(mode="json") | {"drifted": each.has_drifted} for each in gated.drift]
        click.echo(_json(record))
        return
    from ftspec.evaluate.table import render

    click.echo(render(gated.verdict, color, (gated.folder.as_posix(),)), nl=False, color=color)
    for drift in gated.drift:
        click.echo("\n".join(_drift_lines(drift)))


def show_verified(
    run: Path, problems: Sequence[str], rescored: bool, form: str, color: bool, note: str | None = None
) -> int:
    """What is wrong, or that the verdict stands. Returns the exit code."""
    from ftspec.evaluate.results import Verdict

    if problems:
        if form == "json":
            click.echo(_json({"stands": False, "problems": list(problems), "note": note}))
        else:
            click.echo(click.style("does not stand", fg="red", bold=True) if color else "does not stand", color=color)
            click.echo("\n".join(f"  {problem}" for problem in problems))
            _noted(note)
        return UNPROVEN
    verdict = Verdict.model_validate_json((run / "verdict.json").read_bytes())
    files = len(verdict.evidence.files) if verdict.evidence else 0
    if form == "json":
        click.echo(_json({"stands": True, "problems": [], "verdict": verdict.verdict, "note": note}))
    else:
        how = "and from the model, scored again" if rescored else "every value made again from its items"
        click.echo(f"stands: {verdict.verdict} · {files} files and the artefact as they were · {how}")
        _noted(note)
    return EXIT_CODES[verdict.verdict]


def _noted(note: str | None) -> None:
    if note is not None:
        click.echo(f"note: {note}")


def _drift_lines(drift: Drift) -> list[str]:
    from ftspec.evaluate.drift import LEVEL
    from ftspec.evaluate.numbers import plain

    old, new = drift.rows
    lines = [f"\n{drift.data}: {new:,} new rows against {old:,} of the run"]
    if not drift.inputs:
        lines.append("  too few rows to compare the texts")
    for each in drift.inputs:
        word = "moved" if each.p <= LEVEL else "like before"
        lines.append(f"  {each.name:<12}{plain(each.value):>8} {each.unit:<6} p {each.p:.3f}   {word}")
    for score in drift.scores:
        low, high = score.interval
        moved = "moved" if score.has_moved else "like before"
        change = f"{plain(score.old)} → {plain(score.new)}"
        lines.append(f"  {score.measurement}: {change}, 99 % interval {low:+.3f} … {high:+.3f}   {moved}")
    if drift.known:
        lines.append(
            f"  {drift.known:,} of {new:,} rows were trained on, word for word or nearly: no proof of anything"
        )
    return lines


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
