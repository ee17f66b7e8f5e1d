"""Answers to rows as they are, and with words exchanged for their counterparts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ftspec.evaluate.generate import generate
from ftspec.evaluate.observe.answered import before
from ftspec.evaluate.observe.answers import prompt_text
from ftspec.evaluate.observe.request import Request
from ftspec.kinds.metrics import NotComputable, Swapped
from ftspec.kinds.metrics._words import lines_of

if TYPE_CHECKING:
    from ftspec.data import Row, Turn
    from ftspec.evaluate.subjects import Subject


def observe(subject: Subject, request: Request) -> Sequence[Swapped]:
    """A `Swapped` for every row in which a listed word stands."""
    counterparts = pairs(str(request.settings["swaps"]))
    both = [(row, exchanged(row, counterparts)) for row in request.rows]
    changed = [(row, other) for row, other in both if prompt_text(row) != prompt_text(other)]
    one = _written(subject, request, [row for row, _ in changed])
    two = _written(subject, request, [other for _, other in changed])
    return [
        Swapped(row.item, prompt_text(row), prompt_text(other), first, second, request.group(row))
        for (row, other), first, second in zip(changed, one, two, strict=True)
    ]


def pairs(path: str) -> dict[str, str]:
    """By word in lower case: its counterpart. Raises `NotComputable` where a line is not two words and a comma."""
    found: dict[str, str] = {}
    for line in lines_of(path):
        one, comma, two = (part.strip().lower() for part in line.partition(","))
        if not comma or not one or not two or "," in two or one == two:
            raise NotComputable(f"`{line}` is not a pair of words, such as `he, she`")
        found.setdefault(one, two)
        found.setdefault(two, one)
    return found


def exchanged(row: Row, counterparts: Mapping[str, str]) -> Row:
    """The row with every listed word of what is asked in place of its counterpart; whole words, their case kept."""
    import regex  # type: ignore[import-untyped]

    words = "|".join(map(regex.escape, sorted(counterparts, key=len, reverse=True)))
    pattern = regex.compile(rf"(?<!\w)(?:{words})(?!\w)", regex.IGNORECASE)

    def other(text: str) -> str:
        swapped: str = pattern.sub(lambda found: _cased(counterparts[found[0].lower()], found[0]), text)
        return swapped

    asked = before(row)
    turns = tuple(replace(turn, text=other(turn.text)) if turn.role != "system" else turn for turn in asked)
    return replace(row, turns=turns)


def _cased(word: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if like[:1].isupper() else word


def _written(subject: Subject, request: Request, rows: Sequence[Row]) -> list[str]:
    from ftspec.data import prompts

    limit, batch = request.generation.max_new_tokens, request.generation.batch_tokens
    asked = prompts([replace(row, turns=(*before(row), *_room())) for row in rows], subject.tokenizer)
    written, _ = generate(subject, asked, limit, batch, request.progress)
    return subject.tokenizer.decode_batch([each.ids for each in written])


def _room() -> tuple[Turn, ...]:
    """A turn to be written, for both rows alike."""
    from ftspec.data import Turn

    return (Turn("assistant", "", True),)
