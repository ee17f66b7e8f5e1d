"""Rendered examples with their trained tokens: what trains is what is seen here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ftspec.data.encoding import Spanned, cut, sound, spanned
from ftspec.data.row import Row
from ftspec.data.tokens import Measured, measure
from ftspec.plan.facts import TokenFacts

if TYPE_CHECKING:
    from ftspec.model.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `start` and `end` are characters of the row's text.

    A character of several bytes may belong to several tokens, which then have the same offsets.
    """

    id: int
    text: str
    start: int
    end: int
    trained: bool


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One sequence as the model reads it."""

    item: str
    file: str
    row: int
    text: str
    tokens: tuple[Token, ...]
    """Up to `max_length`."""

    length: int
    """Tokens before the row is cut."""

    branch: str = ""
    """`chosen` or `rejected`, where a row has two sequences."""

    copy: str = ""
    """What makes it another row than the file's: `changed copy`."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Some rows of one part of a data set, and the lengths of all of them."""

    data: str
    split: str
    model: str
    max_length: int
    rows: tuple[PreviewRow, ...]
    facts: TokenFacts
    """Over every row of the part."""

    def to_json(self) -> dict[str, Any]:
        """The contract's JSON."""
        facts = self.facts
        return {
            "data": self.data,
            "split": self.split,
            "model": self.model,
            "max_length": self.max_length,
            "rows": [{**asdict(row), "tokens": [asdict(token) for token in row.tokens]} for row in self.rows],
            "histogram": {
                "bins": [
                    {"from": low, "to": high, "rows": count}
                    for low, high, count in bins(facts.histogram, facts.longest)
                ],
                "longest": facts.longest,
                "max_length": self.max_length,
            },
            "truncated": facts.truncated,
            "answers_cut": facts.answers_cut,
            "untrained": facts.untrained,
            "tokens": facts.tokens,
            "trained_tokens": facts.trained_tokens,
        }


def bins(histogram: Sequence[int], longest: int) -> list[tuple[int, int, int]]:
    """Each bin of a length histogram as (first length, last length, rows)."""
    edges = [longest * i // len(histogram) for i in range(len(histogram) + 1)] if histogram else []
    return [(edges[i] + 1, edges[i + 1], count) for i, count in enumerate(histogram)]


def preview(
    rows: Sequence[Row],
    tokenizer: Tokenizer,
    max_length: int,
    count: int = 3,
    *,
    data: str = "",
    split: str = "all",
    model: str = "",
    measured: Measured | None = None,
) -> Preview:
    """The first `count` rows in full, and the facts of all. Raises CannotRun for a row that cannot be encoded.

    `measured` is what `measure` says of the rows, where it is known.
    """
    shown = []
    for row in rows[:count]:
        found = list(spanned([row], tokenizer, keep_text=True))
        names = ("chosen", "rejected") if len(found) > 1 else ("",)
        shown += [_row(row, sound(each), max_length, tokenizer, name) for name, each in zip(names, found, strict=True)]
    measured = measured or measure(rows, tokenizer, max_length)
    if measured.faults:
        sound(measured.faults[0])
    return Preview(data, split, model, max_length, tuple(shown), measured.facts)


def _row(row: Row, whole: Spanned, max_length: int, tokenizer: Tokenizer, branch: str) -> PreviewRow:
    text, offsets = _tiled(whole, tokenizer)
    encoded = cut(whole, max_length)
    tokens = tuple(
        Token(number, text[start:end], start, end, trained)
        for number, (start, end), trained in zip(encoded.ids, offsets, encoded.trained, strict=False)
    )
    is_copy = any(char.isalpha() for char in row.item.partition("-")[2])
    copy = "changed copy" if is_copy else ""
    return PreviewRow(row.item, row.file, row.number, text, tokens, len(whole.ids), branch, copy)


def _tiled(whole: Spanned, tokenizer: Tokenizer) -> tuple[str, list[tuple[int, int]]]:
    """The text with the control tokens that stand around plain text, and offsets without gaps.

    Some tokenizers leave the space before a word out of its offsets, though the token holds it.
    """
    head = _written(whole, tokenizer, 0, 1)
    tail = _written(whole, tokenizer, len(whole.ids) - 1, -1)
    text = "".join(piece for piece, _ in head) + whole.text + "".join(piece for piece, _ in tail)
    shift = len(text) - len(whole.text) - sum(len(piece) for piece, _ in tail)
    offsets: list[tuple[int, int]] = []
    at = 0
    for number, (start, end) in enumerate(whole.offsets):
        added = next((piece for piece, index in (*head, *tail) if index == number), None)
        if added is not None:
            span = (at, at + len(added))
        else:
            span = (min(start + shift, at), end + shift)
        offsets.append(span)
        at = max(at, span[1])
    return text, offsets


def _written(whole: Spanned, tokenizer: Tokenizer, at: int, step: int) -> list[tuple[str, int]]:
    """The control tokens that the text does not show, from one end inwards, as (text, index)."""
    found: list[tuple[str, int]] = []
    while 0 <= at < len(whole.ids) and whole.ids[at] in tokenizer.special_ids and _is_nowhere(whole, at):
        found.append((tokenizer.backend.id_to_token(whole.ids[at]) or "", at))
        at += step
    return found if step > 0 else found[::-1]


def _is_nowhere(whole: Spanned, at: int) -> bool:
    start, end = whole.offsets[at]
    return start == end
