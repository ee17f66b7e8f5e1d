"""Which part a row belongs to: by a hash of its content, so that it stays there when rows are added.

A row's hash is a number in [0, 1): below the test share it is test, in the next stretch validation, else train.
The counts are therefore near the shares, not exactly them; in return no row moves from test to train because
the file grew. Copies of the same content, rows of one group and near duplicates share one hash; where a new row
joins rows that it is nearly the same as, it may give them another, and they move together.

With `stratify`, a value whose rows would by chance all miss a part, although its share there comes to a row or
more, lends that part the one row nearest to it; only such rows can move when rows are added.
With `time`, the newest rows are test and those before them validation, which moves as time does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from ftspec.data import codes
from ftspec.data.faults import Fault, Unusable, shortened
from ftspec.data.row import Row, content_of
from ftspec.spec.data import Split

PARTS = ("train", "validation", "test")
UNUSED = "unused"
"""Rows that no share claims: `train` is given and the shares do not add up to all."""


def split_rows(rows: Sequence[Row], split: Split, clusters: Mapping[str, str]) -> tuple[dict[str, str], list[Fault]]:
    """The part of each row by its item, and rows that cannot be placed.

    Args:
        rows: Cleaned rows.
        split: The block.
        clusters: For rows that must stay with others (near duplicates): the item of the first of them.
    """
    if split.by is not None:
        return _by_field(rows, split.by)
    if split.time is not None:
        return _by_time(rows, split, split.time)
    if split.group is not None:
        return _by_group(rows, split, split.group)
    numbers = {row.item: fraction(content_of(clusters.get(row.item, row.item)), split.seed) for row in rows}
    parts = {item: part_at(number, split) for item, number in numbers.items()}
    if split.stratify is not None:
        return _with_strata(rows, split, split.stratify, parts, numbers, clusters)
    return parts, []


def fraction(key: str, seed: int) -> float:
    """A number in [0, 1) that depends on the key and the seed alone."""
    return int.from_bytes(sha256(f"{seed}:{key}".encode()).digest()[:6]) / (1 << 48)


def part_at(number: float, split: Split) -> str:
    """The part that a row's number falls into; `unused` where the shares leave a rest."""
    return next((part for part, low, high in stretches(split) if low <= number < high), UNUSED)


def stretches(split: Split) -> list[tuple[str, float, float]]:
    """The stretch of [0, 1) that each part holds."""
    held = split.test + split.validation
    end = 1.0 if split.train is None else min(1.0, held + split.train)
    return [("test", 0.0, split.test), ("validation", split.test, held), ("train", held, end)]


def _field(row: Row, name: str) -> Any:
    if row.fields.get(name) is None:
        have = ", ".join(f"`{each}`" for each in row.fields)
        what = "has null in" if name in row.fields else "has no field"
        message = f"{what} `{name}`, which the split uses"
        raise Unusable(codes.MISSING_FIELD, message, "fill it in, or split by another field", f"it has {have}")
    return row.fields[name]


def _fields(rows: Iterable[Row], name: str) -> tuple[dict[str, Any], list[Fault]]:
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for row in rows:
        try:
            found[row.item] = _field(row, name)
        except Unusable as error:
            faults.append(error.at(row.file, row.number))
    return found, faults


def _by_field(rows: Sequence[Row], name: str) -> tuple[dict[str, str], list[Fault]]:
    values, faults = _fields(rows, name)
    aliases = {"val": "validation", "dev": "validation", "valid": "validation", "eval": "validation"}
    parts = {item: aliases.get(str(value).lower(), str(value).lower()) for item, value in values.items()}
    for row in rows:
        if row.item in parts and parts[row.item] not in PARTS:
            message, detail = f"names no part in `{name}`", f"it has `{shortened(values[row.item])}` there"
            help = "write train, validation or test"
            faults.append(Fault(codes.UNKNOWN_PART, row.file, row.number, message, help, detail))
    return parts, faults


def _by_group(rows: Sequence[Row], split: Split, name: str) -> tuple[dict[str, str], list[Fault]]:
    values, faults = _fields(rows, name)
    return {item: part_at(fraction(str(value), split.seed), split) for item, value in values.items()}, faults


def _by_time(rows: Sequence[Row], split: Split, name: str) -> tuple[dict[str, str], list[Fault]]:
    values, faults = _fields(rows, name)
    moments: dict[str, float] = {}
    for row in rows:
        if row.item in values:
            try:
                moments[row.item] = _moment(values[row.item], name)
            except Unusable as error:
                faults.append(error.at(row.file, row.number))
    newest = sorted(moments, key=lambda item: (-moments[item], item))
    test = round(len(newest) * split.test)
    watched = test + round(len(newest) * split.validation)
    parts = ["test"] * test + ["validation"] * (watched - test) + ["train"] * (len(newest) - watched)
    return dict(zip(newest, parts, strict=True)), faults


def _moment(value: Any, name: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        help = "write ISO 8601, such as 2026-05-01 or 2026-05-01T09:30"
        message, detail = f"has no time in `{name}`", f"it has `{shortened(value)}` there"
        raise Unusable(codes.WRONG_TYPE, message, help, detail) from error
    # A time without a zone counts as UTC: the machine's own zone must not decide about a split.
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


def _with_strata(
    rows: Sequence[Row],
    split: Split,
    name: str,
    parts: dict[str, str],
    numbers: Mapping[str, float],
    clusters: Mapping[str, str],
) -> tuple[dict[str, str], list[Fault]]:
    values, faults = _fields(rows, name)
    strata: dict[str, list[str]] = {}
    for item, value in values.items():
        strata.setdefault(str(value), []).append(item)
    fixed = set(clusters) | set(clusters.values())
    for items in strata.values():
        for part, low, high in stretches(split):
            empty = not any(parts[item] == part for item in items)
            if empty and len(items) * (high - low) >= 1:
                _lend(items, part, (low + high) / 2, parts, numbers, fixed)
    return parts, faults


def _lend(
    items: Sequence[str], part: str, middle: float, parts: dict[str, str], numbers: Mapping[str, float], fixed: set[str]
) -> None:
    """Move the row nearest to the part, from a part that keeps some, without parting rows that belong together."""
    counts = Counter(parts[item] for item in items)
    free = [item for item in items if counts[parts[item]] > 1 and item not in fixed and "-" not in item]
    if free:
        parts[min(free, key=lambda item: (abs(numbers[item] - middle), item))] = part
