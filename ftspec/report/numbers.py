"""Numbers as people read them. A narrow no-break space stands before units."""

from __future__ import annotations

import math

THIN = "\u202f"
MINUS = "\u2212"
DASH = "–"


def plain(value: float, digits: int = 3) -> str:
    """A number with `digits` significant digits and grouped thousands: `58.2`, `0.0123`, `3,140`, `2e-5`."""
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"
    if abs(value) >= 10 ** max(digits, 3):
        return count(round(value))
    if abs(value) < 1e-3:
        return scientific(value, digits)
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return _trimmed(f"{value:.{places}f}").replace("-", MINUS)


def scientific(value: float, digits: int = 3) -> str:
    """`2e-4` for 0.0002: the way learning rates are written."""
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    return f"{_trimmed(mantissa)}e{int(exponent)}"


def count(value: int) -> str:
    """`147,456`."""
    return f"{value:,}".replace("-", MINUS)


def many(value: int) -> str:
    """A large count in three digits: `2.5 M`, `8.03 B`."""
    for size, unit in ((1e9, "B"), (1e6, "M")):
        if abs(value) >= size:
            return f"{_three(value / size)}{THIN}{unit}"
    return count(value)


def share(value: float, places: int = 1) -> str:
    """`92.6 %` for 0.926."""
    return f"{_trimmed(f'{value * 100:.{places}f}')}{THIN}%".replace("-", MINUS)


def points(value: float) -> str:
    """A difference of two shares in points, signed: `+58.8`."""
    return _signed(f"{value * 100:.1f}")


def step(value: float) -> str:
    """A difference of two shares on an axis, in points: `+50`, `0`."""
    return _signed(f"{value * 100:.4g}") if value else "0"


def signed(value: float) -> str:
    """A difference, signed."""
    return plain(value) if value < 0 else f"+{plain(value)}"


def size(value: float) -> str:
    """Bytes in binary units: `0.4 GiB`."""
    for bound, unit in ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if abs(value) >= bound * 0.995:
            return f"{_three(value / bound)}{THIN}{unit}"
    return f"{value:.0f}{THIN}B"


def duration(seconds: float) -> str:
    """`84 ms`, `41 s`, `2 min 5 s`, `3 h 20 min`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f}{THIN}ms"
    if seconds < 60:
        return f"{_three(seconds)}{THIN}s"
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return _two(minutes, "min", rest, "s")
    return _two(minutes // 60, "h", minutes % 60, "min")


def metric(value: float, *, ratio: bool, unit: str = "", places: int = 1) -> str:
    """A metric's value in its own unit: shares in per cent, others with three digits."""
    if not math.isfinite(value):
        return "not a number"
    if ratio:
        return share(value, places)
    if unit == "B":
        return size(value)
    return f"{plain(value)}{THIN}{unit}" if unit else plain(value)


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    head = f"{large}{THIN}{large_unit}"
    return f"{head} {small}{THIN}{small_unit}" if small else head


def _three(value: float) -> str:
    magnitude = abs(value)
    return _trimmed(f"{value:.{2 if magnitude < 10 else 1 if magnitude < 100 else 0}f}")


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(text: str) -> str:
    return text.replace("-", MINUS) if text.startswith("-") else f"+{text}"
