"""Paraphrases that models wrote: which of them train, and where they stand among the rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.data.augment import may_change
from ftspec.data.pairs import WHOLE
from ftspec.data.row import Row, Turn

if TYPE_CHECKING:
    from ftspec.data.prepared import Prepared
    from ftspec.model.tokenizer import Tokenizer
    from ftspec.plan.steps import PrepareData

NEAR = "near a held-out row"
"""Why a paraphrase trains nothing: a gate, or what watches the training, reads a row like it."""

Record = dict[str, Any]
"""A line of the file of paraphrases."""


def changeable(rows: Iterable[Row]) -> list[tuple[str, tuple[str, ...]]]:
    """The item of each row with what is asked in it; rows that ask nothing are left out."""
    asked = ((row.item, tuple(turn.text for turn in row.turns if may_change(turn))) for row in rows)
    return [(item, texts) for item, texts in asked if any(text.strip() for text in texts)]


def held_back(records: Sequence[Record], held_out: Sequence[Row]) -> Iterator[Record]:
    """The records; those that come near to held-out rows say so, and near to which.

    Near is what counts as a leak (`overlap.py`), by what is asked alone: whatever its answer, it gives the row away.
    """
    from ftspec.data.overlap import find_leaks

    kept = [replace(_asking(record["paraphrases"]), item=str(place)) for place, record in enumerate(records)]
    kept = [row for row, record in zip(kept, records, strict=True) if record["left_out"] is None]
    asked = [
        replace(row, turns=_asking(texts).turns, used=(), asked=())
        for row in held_out
        for _, texts in changeable([row])
    ]
    found = {leak.item: leak for leak in find_leaks(asked, kept) if leak.how != "part"}
    for place, record in enumerate(records):
        leak = found.get(str(place))
        yield record if leak is None else {**record, "left_out": NEAR, "near": leak.seen}


def _asking(texts: Sequence[str]) -> Row:
    return Row("", "", 0, {}, (Turn("user", "\n".join(texts), False),))


def with_paraphrases(prepared: Prepared, step: PrepareData, written: Path, tokenizer: Tokenizer | None) -> Prepared:
    """The rows, each that trains followed by its paraphrases, which are named `<item>-p1`, `-p2`, …

    Args:
        prepared: The rows without them.
        step: How they were prepared.
        written: The file of records.
        tokenizer: That of the plan's first model, for an order by tokens.
    """
    from ftspec.data.prepared import ordered
    from ftspec.data.recipe import from_step

    found: dict[str, list[Record]] = {}
    for line in written.read_text("utf-8").split("\n"):
        record = json.loads(line) if line else {"left_out": ""}
        if record["left_out"] is None:
            found.setdefault(record["item"], []).append(record)
    name = WHOLE if WHOLE in prepared.parts else "train"
    rows = [each for row in prepared.parts[name] for each in (row, *_copies(row, found.get(row.item, ())))]
    parts, _ = ordered(
        {part: list(each) for part, each in {**prepared.parts, name: rows}.items()}, from_step(step), tokenizer
    )
    return replace(prepared, parts=parts)


def _copies(row: Row, records: Iterable[Record]) -> Iterator[Row]:
    for record in records:
        texts = iter(record["paraphrases"])
        turns = tuple(replace(turn, text=next(texts)) if may_change(turn) else turn for turn in row.turns)
        yield replace(row, item=f"{row.item}-p{record['copy'] + 1}", turns=turns, used=(), asked=())
