"""Where each value of a plan was set, and what it overrode."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ftspec.plan.explain.table import Entry, Section, Text, Tone, laid_out
from ftspec.plan.explain.words import source_of, value
from ftspec.plan.plan import OriginRecord, Plan

_TONES = {"default": Tone.QUIET, "auto": Tone.PLAIN}


def origins(plan: Plan, *, width: int = 80, color: bool = False) -> str:
    """Every value by block: `learning_rate  2e-4   router.ft:34`, `auto: …`, `default`."""
    ordered = sorted(plan.origins.items())
    blocks = groupby(ordered, key=lambda each: _block(each[0]))
    return "\n".join(_titled(block, list(values), width, color) for block, values in blocks)


def _titled(block: str, values: list[tuple[str, OriginRecord]], width: int, color: bool) -> str:
    entries = tuple(
        Entry(path.removeprefix(f"{block}."), tuple(_lines(record)), _TONES.get(record.by, Tone.NAME))
        for path, record in values
    )
    return f"{block}\n{laid_out((Section('', entries),), width, color)}"


def _block(path: str) -> str:
    parts = path.split(".")
    return ".".join(parts[:2]) if len(parts) > 2 else parts[0]


def _lines(record: OriginRecord) -> Iterator[Text]:
    yield Text(f"{value(record.value)}  ← {source_of(record)}", _TONES.get(record.by, Tone.PLAIN))
    if record.overrode is not None:
        yield Text(f"in place of {value(record.overrode)}", Tone.QUIET)
