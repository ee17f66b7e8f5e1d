"""The runs of a folder, as their files tell them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ftspec.spec.types import Frozen


class RunSummary(Frozen):
    """One run directory in a line."""

    path: str
    spec: str
    digest: str
    verdict: str
    """`pass`, `fail`, `inconclusive`, `running`, `stopped` or `failed`."""

    started: str | None
    seconds: float | None
    gates: tuple[str, ...] = ()
    """The rules that did not pass."""


def list_runs(folder: Path) -> list[RunSummary]:
    """Every run under `folder`, newest first. A folder without runs gives none."""
    found = [summary for plan in sorted(folder.glob("*/*/plan.json")) if (summary := _summary(plan.parent)) is not None]
    return sorted(found, key=lambda run: run.started or "", reverse=True)


def _summary(run: Path) -> RunSummary | None:
    plan = _json(run / "plan.json")
    if plan is None:
        return None
    events = _events(run / "record.jsonl")
    verdict = _json(run / "verdict.json") or {}
    gates = verdict.get("gates", [])
    return RunSummary(
        path=run.as_posix(),
        spec=plan.get("spec", {}).get("name", "?"),
        digest=str(plan.get("digest", ""))[:12],
        verdict=str(verdict.get("verdict") or _state(events)),
        started=next((event["time"] for event in events if event.get("event") == "run_started"), None),
        seconds=next((e.get("seconds") for e in reversed(events) if e.get("event") == "run_finished"), None),
        gates=tuple(gate["rule"] for gate in gates if gate["verb"] == "require" and gate["verdict"] != "pass"),
    )


def _state(events: list[dict[str, Any]]) -> str:
    last = next((e["event"] for e in reversed(events) if e.get("event") in ("stopped", "failed", "run_started")), None)
    return str({"run_started": "running", None: "unknown"}.get(last, last))


def _json(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _events(path: Path) -> list[dict[str, Any]]:
    """The record's events; a torn last line, as a killed run leaves one, is passed over."""
    events = []
    for line in path.read_text("utf-8", errors="replace").splitlines() if path.exists() else ():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            events.append(event)
    return events


def render(runs: list[RunSummary]) -> str:
    """A line each: verdict, spec, digest, when, how long, and what stood in the way."""
    if not runs:
        return "no runs here; `ftspec run SPEC` makes one\n"
    marks = {"pass": "✓", "fail": "✗", "inconclusive": "?"}
    names = max(len(run.spec) for run in runs)
    lines = []
    for run in runs:
        mark = marks.get(run.verdict, "·")
        lines.append(
            f"{mark} {run.verdict:<12} {run.spec:<{names}}  {run.digest}  {_when(run.started):<16}  "
            f"{_duration(run.seconds):>7}  {'; '.join(run.gates)}".rstrip()
        )
    return "\n".join(lines) + "\n"


def _when(started: str | None) -> str:
    if started is None:
        return ""
    moment = datetime.fromisoformat(started).astimezone(UTC)
    return f"{moment:%Y-%m-%d %H:%M}"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
