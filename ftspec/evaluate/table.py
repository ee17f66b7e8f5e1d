"""The verdict as a table for the terminal, 80 columns wide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import wrap

from ftspec.evaluate.numbers import interval_text, short_unit, value_text
from ftspec.evaluate.results import GateResult, Verdict

WIDTH = 80
_HEAD = ("gate", "base", "tuned", "interval", "verdict")
_NARROWEST = 24
_COLORS = {"pass": "32", "fail": "31", "inconclusive": "33", "measured": "2"}
_NAMED_WORD = re.compile(r"\b\w+ = (?!(?:true|false)\b)(?=\w+[,)])")
"""`average = ` of `average = macro`: the value says it alone."""


def render(verdict: Verdict, color: bool, footer: Sequence[str] = ()) -> str:
    """The gates as a table and the verdict as its last line, with a final newline.

    Args:
        verdict: What `decide` gave.
        color: Whether to write ANSI colours.
        footer: More for the last line: the run's folder, the report's name.
    """
    rows = [_cells(gate) for gate in verdict.gates]
    widths = _widths([_head(verdict), *rows])
    lines = [_line(_head(verdict), widths, None)]
    for gate, row in zip(verdict.gates, rows, strict=True):
        lines += _row(gate, row, widths, color)
    if (merged := verdict.disagreement) is not None:
        lines.append(_painted("the merged weights do not answer as the adapter does", "fail", color))
        lines.append(f"    {merged}")
    if verdict.unscored:
        lines += wrap(f"not scored: {', '.join(verdict.unscored)}, made from the weights that were", WIDTH)
    if all(gate.verb != "require" for gate in verdict.gates):
        lines.append("no gate is required, so nothing could fail")
    if verdict.shipped is not None:
        lines += wrap(shipped_text(verdict.shipped), WIDTH)
    lines.append(" · ".join((_painted(verdict.verdict, verdict.verdict, color), *footer)))
    return "\n".join(lines) + "\n"


def shipped_text(name: str) -> str:
    """What `shipped` in the rules is."""
    return f"shipped: {name}" if name else "shipped: nothing yet, so the model before training stands for it"


def _head(verdict: Verdict) -> tuple[str, ...]:
    shown = {f"{100 * gate.confidence:.4g} %" for gate in verdict.gates if gate.interval}
    title = f"{shown.pop()} interval" if len(shown) == 1 else "interval"
    return (_HEAD[0], _HEAD[1], _HEAD[2], title, _HEAD[4])


def _cells(gate: GateResult) -> tuple[str, ...]:
    base = value_text(gate.baseline, gate) if gate.baseline is not None else ""
    return (_short(gate), base, value_text(gate.value, gate), interval_text(gate), _verdict(gate))


def _short(gate: GateResult) -> str:
    rule = _NAMED_WORD.sub("", gate.rule)
    unit = f", {gate.unit}" if gate.unit and not short_unit(gate) else ""
    return (rule if gate.verb == "require" else f"{gate.verb} {rule}") + unit


def _verdict(gate: GateResult) -> str:
    return "" if gate.verdict == "measured" else gate.verdict


def _widths(rows: Sequence[tuple[str, ...]]) -> list[int]:
    """The widths of all columns; the gates' gives way so that a line holds 80 characters."""
    natural = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    room = WIDTH - sum(natural[1:]) - 2 * (len(_HEAD) - 1)
    return [max(_NARROWEST, min(natural[0], room)), *natural[1:]]


def _row(gate: GateResult, row: tuple[str, ...], widths: Sequence[int], color: bool) -> list[str]:
    first, *more = wrap(row[0], widths[0], subsequent_indent="  ", break_long_words=True) or [""]
    painted = _line((first, *row[1:]), widths, _COLORS[gate.verdict] if color else None)
    reasons = wrap(gate.reason, WIDTH - 4) if gate.reason else []
    return [painted, *more, *(f"    {line}" for line in reasons)]


def _line(cells: Sequence[str], widths: Sequence[int], paint: str | None) -> str:
    gate, *middle, last = cells
    inner = [f"{cell:>{width}}" for cell, width in zip(middle[:2], widths[1:3], strict=True)]
    inner.append(f"{middle[2]:<{widths[3]}}")
    text = "  ".join((f"{gate:<{widths[0]}}", *inner)).rstrip()
    if not last:
        return text
    padding = " " * (widths[0] + sum(widths[1:4]) + 8 - len(text))
    return text + padding + (f"\x1b[{paint}m{last}\x1b[0m" if paint else last)


def _painted(text: str, verdict: str, color: bool) -> str:
    return f"\x1b[1;{_COLORS[verdict]}m{text}\x1b[0m" if color else text
