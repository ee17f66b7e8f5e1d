"""Parts that came out of another size than was asked for: what stays together is shared out whole."""

from __future__ import annotations

from collections import Counter
from math import sqrt
from typing import TYPE_CHECKING

from ftspec.data import codes
from ftspec.data.note import Note
from ftspec.data.split import PARTS, stretches

if TYPE_CHECKING:
    from ftspec.data.prepared import Prepared
    from ftspec.plan.facts import DataFacts
    from ftspec.spec.data import Split

_OFF = 1 / 3
"""How far a part may be off, as a share of what was asked, before it is worth a word."""

_CHANCE = 3.5
"""Standard deviations that rows shared out one by one stay within, but for once in two thousand times."""


def missed_shares(name: str, split: Split, prepared: Prepared, facts: DataFacts) -> list[Note]:
    """The advice on a data set whose rows are shared out by a hash."""
    if split.by is not None or split.time is not None:
        return []
    counts = _before_augmentation(facts)
    rows = sum(counts.values())
    off = [
        f"{part} has {counts[part] / rows:.0%} of the rows for {high - low:.0%}"
        for part, low, high in stretches(split)
        if part in PARTS and counts.get(part) and _is_off(counts[part], high - low, rows)
    ]
    if not off:
        return []
    why, help = _by_group(split.group, prepared) if split.group is not None else (_ALIKE, _DEDUPLICATE)
    return [Note(codes.SHARE_MISSED, f"in `{name}` {', '.join(off)}: {why}", help, f"data.{name}.split")]


def _before_augmentation(facts: DataFacts) -> dict[str, int]:
    added = sum(step.changed for step in facts.steps if step.name == "augment")
    return {part: count - added if part == "train" else count for part, count in facts.splits.items()}


_ALIKE = "rows that are nearly the same stay in one part"
_DEDUPLICATE = "keep one row of each kind: `clean { deduplicate = near(0.8) }`"


def _is_off(count: int, share: float, rows: int) -> bool:
    wanted = rows * share
    by_chance = _CHANCE * sqrt(rows * share * (1 - share))
    return abs(count - wanted) > max(_OFF * wanted, by_chance)


def _by_group(field: str, prepared: Prepared) -> tuple[str, str]:
    rows = [row for part in prepared.parts.values() for row in part]
    counts = Counter(str(row.fields.get(field)) for row in rows)
    largest, most = counts.most_common(1)[0]
    values = "1 value, which stays" if len(counts) == 1 else f"{len(counts)} values, each of which stays"
    why = f"`{field}` has {values} whole; `{largest}` alone has {most / len(rows):.0%}"
    return why, "group by a field of more values, or try another `seed`"
