"""Changed copies of training rows. What is asked changes; what is trained never does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from ftspec.data.row import Row, Turn
from ftspec.spec.data import Augment

_WORD = re.compile(r"\w+")
_LIKELY = 0.5
"""How often a word that has synonyms is replaced by one of them."""

Change = Callable[[str, Random], str]


def augmented(rows: Sequence[Row], augment: Augment, root: Path) -> list[Row]:
    """The rows, each followed by its changed copies; copies that come out unchanged are left out.

    A copy is named `<item>-a1`, `-a2`, … Raises FileNotFoundError for a file of synonyms that is not there.
    """
    changes = _changes(augment, root)
    found: list[Row] = []
    for row in rows:
        found.append(row)
        seen = {_asked(row)}
        for number in range(1, augment.copies + 1 if changes else 1):
            change = partial(_applied, changes, Random(f"{augment.seed}:{row.item}:{number}"))
            _add(_copy(row, f"{row.item}-a{number}", change), seen, found)
        if augment.case:
            _add(_copy(row, f"{row.item}-lower", str.lower), seen, found)
    return found


def _add(copy: Row, seen: set[tuple[str, ...]], found: list[Row]) -> None:
    if _asked(copy) not in seen:
        seen.add(_asked(copy))
        found.append(copy)


def _asked(row: Row) -> tuple[str, ...]:
    return tuple(turn.text for turn in row.turns)


def _copy(row: Row, item: str, change: Callable[[str], str]) -> Row:
    turns = tuple(Turn(t.role, change(t.text), t.trains, t.extra) if may_change(t) else t for t in row.turns)
    return replace(row, item=item, turns=turns, used=(), asked=())


def may_change(turn: Turn) -> bool:
    """Whether a turn asks: what trains, and what the system says, stays as it is."""
    return turn.role in ("user", "prompt") and not turn.trains


def _applied(changes: Sequence[Change], random: Random, text: str) -> str:
    for change in changes:
        text = change(text, random)
    return text


def _changes(augment: Augment, root: Path) -> list[Change]:
    found: list[Change] = []
    if augment.synonyms is not None:
        found.append(_by_synonyms(read_synonyms(root / augment.synonyms)))
    share = augment.noise
    if share:
        found.append(lambda text, random: noisy(text, share, random))
    return found


def read_synonyms(path: Path) -> dict[str, list[str]]:
    """By word: the other words of its line. One list a line, with commas between the words."""
    found: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        words = [word.strip() for word in line.split(",") if word.strip()]
        for word in words:
            found.setdefault(word.lower(), []).extend(other for other in words if other != word)
    return found


def _by_synonyms(synonyms: dict[str, list[str]]) -> Change:
    def change(text: str, random: Random) -> str:
        def other(match: re.Match[str]) -> str:
            choices = synonyms.get(match.group().lower())
            if not choices or random.random() >= _LIKELY:
                return match.group()
            word = random.choice(choices)
            return word[:1].upper() + word[1:] if match.group()[:1].isupper() else word

        return _WORD.sub(other, text)

    return change


def noisy(text: str, share: float, random: Random) -> str:
    """A share of the letters swapped with the next one, dropped or doubled, as fingers do on a keyboard."""
    letters = list(text)
    at = 0
    while at < len(letters):
        if letters[at].isalpha() and random.random() < share:
            match random.randrange(3):
                case 0 if at + 1 < len(letters) and letters[at + 1].isalpha():
                    letters[at], letters[at + 1] = letters[at + 1], letters[at]
                    at += 1
                case 1:
                    letters[at] = ""
                case _:
                    letters[at] *= 2
        at += 1
    return "".join(letters)
