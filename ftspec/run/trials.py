"""The trials of a search: each an ordinary run of its own, and the best of them by the metric."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ftspec.errors import TrainingFailed
from ftspec.run.folder import TRIALS
from ftspec.text.files import write_atomic

if TYPE_CHECKING:
    from ftspec.evaluate.results import GateResult


@dataclass(frozen=True)
class Tried:
    """One trial that has run."""

    settings: tuple[str, ...]
    """As `--set` takes them."""

    folder: Path
    gate: GateResult | None = None
    """What was measured; None where training failed."""

    failure: str | None = None

    @property
    def value(self) -> float | None:
        """The metric; None where there is none."""
        return None if self.gate is None else self.gate.value


def best_of(tried: Sequence[Tried], direction: Literal["maximize", "minimize"]) -> Tried:
    """The trial with the best value, the first of equals. Raises `TrainingFailed` where no trial has a value."""
    known = [(each.value if direction == "minimize" else -each.value, each) for each in tried if each.value is not None]
    if not known:
        why = next((each.failure for each in tried if each.failure), "the metric could not be computed")
        raise TrainingFailed(f"none of {len(tried)} trials gave a value: {why}", "narrow what is searched")
    return min(known, key=lambda each: each[0])[1]


def keep(run_dir: Path, metric: str, direction: str, tried: Sequence[Tried], best: Tried) -> None:
    """Write down what was tried, beside the run of the winner."""
    run_dir.mkdir(parents=True, exist_ok=True)
    known = best.gate
    record = {
        "metric": metric,
        "direction": direction,
        "ratio": known is not None and known.ratio,
        "unit": known.unit if known is not None else "",
        "trials": [_record(each, is_best=each is best) for each in tried],
    }
    write_atomic(run_dir / "search.json", json.dumps(record, indent=2, ensure_ascii=False) + "\n")


def _record(each: Tried, *, is_best: bool) -> dict[str, Any]:
    gate = each.gate
    return {
        "settings": list(each.settings),
        "run": f"{TRIALS}/{each.folder.name}",
        "value": each.value,
        "interval": list(gate.interval) if gate is not None and gate.interval else None,
        "n": gate.n if gate is not None else None,
        "failure": each.failure,
        "best": is_best,
    }


def table(metric: str, tried: Sequence[Tried], best: Tried) -> str:
    """The trials for a terminal, best marked, with a final newline."""
    from ftspec.evaluate.numbers import interval_text, value_text

    rows = [("trial", metric, "interval", "")]
    for number, each in enumerate(tried, 1):
        gate = each.gate
        value, interval = (
            ("failed", each.failure or "") if gate is None else (value_text(gate.value, gate), interval_text(gate))
        )
        rows.append((str(number), value, interval, "best" if each is best else ""))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = []
    for row, trial in zip(rows, (None, *tried), strict=True):
        cells = (row[0].ljust(widths[0]), row[1].rjust(widths[1]), row[2].ljust(widths[2]), row[3])
        lines.append("  ".join(cells).rstrip())
        if trial is not None:
            lines.append(f"{'':{widths[0]}}  {' '.join(trial.settings)}")
    return "\n".join(lines) + "\n"
