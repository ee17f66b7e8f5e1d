"""What is wrong with rows, gathered so that one mistake in forty rows is one message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ftspec.text.diagnostic import Code, Diagnostic, Place

_SHOWN = 5
"""Rows that a message names."""

_MOST = 12
"""Mistakes that are told apart; rows with others are counted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One row that cannot be used. Faults of the same code and message are shown as one."""

    code: Code
    file: str
    number: int
    """The row, counted from 1; 0 where the file as a whole is to blame."""

    message: str
    """Completes `data/tickets.jsonl row 7 …`: `has no field `body``."""

    help: str
    detail: str = ""
    """What differs from row to row: shown for the first one."""

    @property
    def place(self) -> str:
        """For people: `data/tickets.jsonl row 7`."""
        return f"{self.file} row {self.number}" if self.number else self.file


def shortened(value: object) -> str:
    """A value for a message: its first forty characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else f"{text[:39]}…"


class Unusable(Exception):
    """Raised where one row cannot be used; becomes a `Fault` where the row's place is known."""

    def __init__(self, code: Code, message: str, help: str, detail: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help
        self.detail = detail

    def at(self, file: str, number: int) -> Fault:
        """The fault of the row at this place."""
        return Fault(self.code, file, number, self.message, self.help, self.detail)


def diagnostics(faults: Iterable[Fault], place: Callable[[Code], Place | None]) -> list[Diagnostic]:
    """One diagnostic for all rows with the same fault, naming at most five of them; of many faults the first ones.

    `place`: what in the spec an error of a kind is about.
    """
    groups: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        groups.setdefault((fault.code.id, fault.message), []).append(fault)
    shown, rest = list(groups.values())[:_MOST], list(groups.values())[_MOST:]
    found = [_diagnostic(group, place) for group in shown]
    if rest:
        rows = [fault for group in rest for fault in group]
        message = f"{len(rows)} more row{'s' * (len(rows) > 1)} cannot be used, the first of them {rows[0].place}"
        found.append(Diagnostic(rows[0].code, message, place(rows[0].code), "mend these first, then check again"))
    return found


def _diagnostic(group: Sequence[Fault], place: Callable[[Code], Place | None]) -> Diagnostic:
    first = group[0]
    message = f"{first.place} {first.message}" + (f"; {first.detail}" if first.detail else "")
    return Diagnostic(first.code, message + _others(group), place(first.code), first.help)


def _others(group: Sequence[Fault]) -> str:
    if len(group) == 1:
        return ""
    first, named, rest = group[0], group[1:_SHOWN], len(group) - _SHOWN
    same_file = [fault for fault in named if fault.file == first.file]
    names = [f"row {f.number}" if f in same_file else f.place for f in named]
    more = f", and {rest} more row{'s' * (rest > 1)} like it" if rest > 0 else ""
    return f" (likewise {', '.join(names)}{more})"
