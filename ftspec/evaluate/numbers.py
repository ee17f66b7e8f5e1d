"""Scores as people read them: `92.6 %`, `+61.9 … +80.1`, `1.008 … 1.021 ×`."""

from __future__ import annotations

from math import floor, log10

from ftspec.evaluate.results import GateResult

NONE = "–"


def value_text(value: float | None, gate: GateResult) -> str:
    """A score in the terms of its metric: per cent for ratios, else three or more digits and the unit."""
    if value is None:
        return NONE
    if gate.unit == "B":
        return size(value)
    return f"{100 * value:.1f} %" if gate.ratio else f"{plain(value)} {short_unit(gate)}".rstrip()


def size(value: float) -> str:
    """Bytes in binary units: `982 MiB`."""
    for bound, unit in ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if abs(value) >= bound:
            return f"{plain(value / bound)} {unit}"
    return f"{value:.0f} B"


def interval_text(gate: GateResult) -> str:
    """The interval in the terms of what it is about: differences of ratios are points."""
    if gate.interval is None:
        return NONE
    low, high = gate.interval
    match gate.interval_of:
        case "ratio":
            return f"{low:.3f} … {high:.3f} ×"
        case "value" if gate.ratio:
            return f"{100 * low:.1f} … {100 * high:.1f} %"
        case "value" if gate.unit == "B":
            return f"{size(low)} … {size(high)}"
        case "value":
            return f"{plain(low)} … {plain(high)} {short_unit(gate)}".rstrip()
        case "difference" | "margin" if gate.ratio:
            return f"{100 * low:+.1f} … {100 * high:+.1f}"
        case "difference" | "margin":
            return f"{_signed(low)} … {_signed(high)}"


def short_unit(gate: GateResult) -> str:
    """The unit where it is short enough to stand behind every number: `s`, but not `tokens/s`."""
    return gate.unit if len(gate.unit) <= 3 else ""


def plain(value: float) -> str:
    """At least three significant digits, and no exponent for usual sizes: 58.2, 1,204, 0.0123."""
    if value == 0 or not 1e-4 <= abs(value) < 1e7:
        return f"{value:.3g}"
    digits = max(0, 2 - floor(log10(abs(value))))
    return f"{value:,.{digits}f}"


def _signed(value: float) -> str:
    return plain(value) if value < 0 else f"+{plain(value)}"
