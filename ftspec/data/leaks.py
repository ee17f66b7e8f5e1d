"""Leaks: rows that a gate reads and that training has seen (`overlap.py` says how they are found)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
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
    "question": (codes.SHARED_QUESTION, "asks what is asked in", "ask what is asked in"),
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
                yield from _held(spec, left, right, notes)
    yield from _strays(spec, trained, read)


def _held(spec: Spec, left: Use, right: Use, notes: Sequence[Note]) -> Iterator[Diagnostic]:
    """The notes on one pair of parts, as errors or, where the spec says why, as warnings."""
    numbers = [number for number, each in enumerate(spec.waivers) if each.rule == f"leak({left}, {right})"]
    leaked = [note for note in notes if note.code == codes.LEAK]
    for note in notes:
        if numbers and note in leaked:
            place, because = spec.place(f"waivers.{numbers[0]}"), spec.waivers[numbers[0]].because
            help = "a reviewer decides whether the reason is good enough"
            yield Diagnostic(codes.WAIVED_LEAK, f"{note.message}; waived: {because}", place, help)
        else:
            waive = f'; or say why it may stand: `waive leak({left}, {right}) because "…"`' if note in leaked else ""
            yield replace(note, help=note.help + waive).diagnostic(spec)
    if numbers and not leaked:
        message = f"`{spec.waivers[numbers[0]].rule}` is waived, and nothing leaks"
        yield Diagnostic(codes.IDLE_LEAK_WAIVER, message, spec.place(f"waivers.{numbers[0]}"), "remove the waiver")


def _strays(spec: Spec, trained: Sequence[Use], read: Sequence[Use]) -> Iterator[Diagnostic]:
    """Waivers of leaks between parts that no training, or no gate, reads."""
    pairs = [f"leak({left}, {right})" for left in dict.fromkeys(trained) for right in dict.fromkeys(read)]
    for number, each in enumerate(spec.waivers):
        if each.rule.startswith("leak(") and each.rule not in pairs:
            message = f"`{each.rule}` names no part that trains and part that a gate reads"
            help = "write one of " + ", ".join(f"`{pair}`" for pair in pairs[:4]) if pairs else "remove the waiver"
            yield Diagnostic(codes.IDLE_LEAK_WAIVER, message, spec.place(f"waivers.{number}"), help)


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
            yield Note(code, f"{what} `{left}`: {shown}{more}", _help(left, right, how), path)


def _help(left: Use, right: Use, how: str) -> str:
    if left.data == right.data and how == "question":
        return "keep rows that ask the same in one part: `split { group = … }` with the field that holds the question"
    if left.data == right.data:
        return "drop rows like others with `clean { deduplicate = near(0.7) }`, or keep them in one part with `group`"
    return "take them out of the training data, or measure on rows that training has not seen"
