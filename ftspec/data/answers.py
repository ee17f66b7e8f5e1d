"""What is worth knowing of answers: empty ones, the same one everywhere, one label in several writings, lengths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.data import codes
from ftspec.data.contradictions import labels_of
from ftspec.data.note import Note

if TYPE_CHECKING:
    from ftspec.data.prepared import Prepared
    from ftspec.data.row import Row, Turn

_LABEL = 80
"""Characters of an answer that are shown."""

_MANY = 10
"""Fewer rows than this may well have one answer by chance."""


_LONGER, _MOSTLY = 2.0, 0.8
"""How many times as long one side's answers are together, and in what share of the pairs, for length to tell."""


def about_answers(name: str, prepared: Prepared) -> list[Note]:
    """All of it."""
    looks = (_empty_answers, _equal_pairs, _lengths, _alike)
    return [note for look in looks for note in look(name, prepared)]


def _empty_answers(name: str, prepared: Prepared) -> list[Note]:
    """Rows with an answer that trains and says nothing."""
    rows = [row for part in prepared.parts.values() for row in part]
    empty = [row for row in rows if any(turn.trains and not _says(turn) for turn in row.turns)]
    if not empty:
        return []
    shown = ", ".join(row.place for row in empty[:3]) + (f" and {len(empty) - 3} more" if len(empty) > 3 else "")
    count = f"1 of {len(rows)} rows" if len(empty) == 1 else f"{len(empty)} of {len(rows)} rows"
    message = f"{count} of `{name}` {'has' if len(empty) == 1 else 'have'} an empty answer: {shown}"
    help = "fill it in, or drop such rows: `clean { drop_missing = true }`; trained on, it teaches to say nothing"
    return [Note(codes.EMPTY_ANSWERS, message, help, f"data.{name}.source")]


def one_answer(which: str, rows: Sequence[Row], template: Sequence[tuple[str, str]]) -> str | None:
    """What there is to say where all rows that train are answered alike; nothing where a template means it so.

    Args:
        which: The rows by name.
        rows: All that a stage learns from.
        template: The turns that render them, as (role, Jinja text).
    """
    written = [text for role, text in template if role == "assistant"]
    if len(rows) < _MANY or (written and not any("{" in text for text in written)):
        return None
    answers = {row.answer for row in rows}
    if len(answers) != 1 or not (answer := answers.pop()).strip():
        return None
    shown = answer if len(answer) <= _LABEL else f"{answer[: _LABEL - 1]}…"
    return f"all {len(rows)} rows of {which} have the same answer, `{shown}`: a model that reads nothing gives it too"


def _equal_pairs(name: str, prepared: Prepared) -> list[Note]:
    """Preferences between an answer and itself."""
    rows = [row for part in prepared.parts.values() for row in part]
    equal = [row for row in rows if len(said := _compared(row)) == 2 and said[0] == said[1]]
    if prepared.format != "preference" or not equal:
        return []
    shown = ", ".join(row.place for row in equal[:3]) + (f" and {len(equal) - 3} more" if len(equal) > 3 else "")
    have = "has" if len(equal) == 1 else "have"
    message = f"{len(equal)} of {len(rows)} rows {have} the same chosen and rejected answer in `{name}`: {shown}"
    help = 'such rows teach nothing: leave them out, `clean { keep = "chosen != rejected" }`'
    return [Note(codes.EQUAL_PAIRS, message, help, f"data.{name}.source")]


def _lengths(name: str, prepared: Prepared) -> list[Note]:
    """Preferences that length alone tells apart."""
    rows = [row for part in prepared.parts.values() for row in part]
    pairs = [(len(said[0][0]), len(said[1][0])) for row in rows if len(said := _compared(row)) == 2]
    if prepared.format != "preference" or len(pairs) < _MANY:
        return []
    chosen, rejected = (max(1, sum(pair[side] for pair in pairs)) for side in (0, 1))
    times, longer = max(chosen / rejected, rejected / chosen), chosen > rejected
    alike = sum((left > right) == longer and left != right for left, right in pairs)
    if times < _LONGER or alike < _MOSTLY * len(pairs):
        return []
    how = "longer" if longer else "shorter"
    message = (
        f"in {alike} of {len(pairs)} pairs of `{name}` the chosen answer is the {how} one, {times:.1f} × over all:"
        " a model may learn length alone"
    )
    other = "shorter" if longer else "longer"
    help = (
        f"add pairs in which the {other} answer is the chosen one; a gate looks past length with"
        " `preference_accuracy(…, over = STAGE)` or `per_token = true`"
    )
    return [Note(codes.LENGTH_TELLS, message, help, f"data.{name}.source")]


def _compared(row: Row) -> list[tuple[str, str]]:
    return [(turn.text, repr(turn.extra)) for turn in row.turns if turn.role in ("chosen", "rejected")]


def _alike(name: str, prepared: Prepared) -> list[Note]:
    """Labels that differ in their writing alone."""
    every = sorted({answer for answers in labels_of(prepared).values() for answer in answers})
    groups: dict[str, list[str]] = {}
    for answer in every:
        groups.setdefault("".join(char for char in answer.casefold() if char.isalpha()), []).append(answer)
    alike = [answers for plain, answers in groups.items() if plain and len(answers) > 1 and _same_digits(answers)]
    if not alike:
        return []
    shown = "; ".join(" and ".join(f"`{answer}`" for answer in answers) for answers in alike[:3])
    message = f"answers of `{name}` differ in nothing but their writing: {shown}"
    return [Note(codes.LABELS_ALIKE, message, "write each label in one way", f"data.{name}.source")]


def _same_digits(answers: list[str]) -> bool:
    """Whether letters are all there is to them, or numbers and signs are alike: `-1` and `1` are two answers."""
    rest = {"".join(char for char in answer if not char.isalpha() and char not in " _-.,!") for answer in answers}
    return len(rest) == 1


def _says(turn: Turn) -> bool:
    return bool(turn.text.strip() or turn.extra)
