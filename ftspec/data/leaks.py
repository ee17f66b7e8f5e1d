"""Leaks: rows that a gate reads and that training has seen (`overlap.py` says how they are found)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ftspec.compile.defaults import parts_of, training_uses
from ftspec.data import cache as kept
from ftspec.data import codes
from ftspec.data.dataset import DataSet
from ftspec.data.note import Note, from_record, to_record
from ftspec.data.pairs import gate_uses
from ftspec.spec.spec import Spec
from ftspec.spec.types import Use
from ftspec.text.diagnostic import Diagnostic

if TYPE_CHECKING:
    from ftspec.data.overlap import Leak

_SHOWN = 3

_SAYS = {
    "exact": (codes.LEAK, "stands word for word in", "stand word for word in"),
    "near": (codes.LEAK, "is a near duplicate of a row of", "are near duplicates of rows of"),
    "passage": (codes.LEAK, "shares long passages with", "share long passages with"),
    "part": (codes.SHARED_PASSAGE, "shares thirteen words in a row with", "share thirteen words in a row with"),
}
"""By kind of leak: its code, and what is said of one row and of several."""


def leaks(spec: Spec, sets: Mapping[str, DataSet], cache: bool) -> Iterator[Diagnostic]:
    """What every gate shares with training, one diagnostic for each pair of parts and kind of leak."""
    trained = [use for uses in training_uses(spec).values() for _, use in uses]
    read = [part for use in gate_uses(spec) for part in parts_of(spec, use)]
    for left in dict.fromkeys(trained):
        for right in dict.fromkeys(read):
            if left != right and left.data in sets and right.data in sets:
                notes = _between(spec, left, right, sets, cache)
                yield from (note.diagnostic(spec) for note in notes)


def _between(spec: Spec, left: Use, right: Use, sets: Mapping[str, DataSet], cache: bool) -> list[Note]:
    name = kept.key("leaks", sets[left.data].key, left.split, sets[right.data].key, right.split)
    record = kept.read(name) if cache else None
    if record is not None:
        return [from_record(each) for each in record["notes"]]
    from ftspec.data.overlap import find_leaks

    train, evaluated = (sets[use.data].prepared.rows(use.split) for use in (left, right))
    path = next(
        (f"gates.rules.{number}" for number, rule in enumerate(spec.gates.rules) if str(right) in rule.text),
        f"data.{right.data}",
    )
    notes = list(_notes(find_leaks(train, evaluated), left, right, path))
    if cache:
        kept.write(name, {"notes": [to_record(note) for note in notes]})
    return notes


def _notes(found: Sequence[Leak], left: Use, right: Use, path: str) -> Iterator[Note]:
    for how, (code, one, many) in _SAYS.items():
        group = [leak for leak in found if leak.how == how]
        if group:
            shown = "; ".join(f"{leak.row} and {leak.seen}" for leak in group[:_SHOWN])
            more = f"; and {len(group) - _SHOWN} more" if len(group) > _SHOWN else ""
            what = f"1 row of `{right}` {one}" if len(group) == 1 else f"{len(group)} rows of `{right}` {many}"
            help = "take them out of the training data, or measure on rows that training has not seen"
            yield Note(code, f"{what} `{left}`: {shown}{more}", help, path)
