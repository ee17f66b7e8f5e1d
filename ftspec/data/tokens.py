"""The rows of one part as a tokenizer sees them, and the contract on what trains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftspec.data.encoding import Spanned, by_row
from ftspec.data.faults import Fault
from ftspec.data.row import Row
from ftspec.plan.facts import TokenFacts

if TYPE_CHECKING:
    from ftspec.model.tokenizer import Tokenizer

BINS = 16


@dataclass(frozen=True, slots=True)
class Measured:
    """Token facts, with the rows that stop everything and those that lost their answer."""

    facts: TokenFacts
    faults: tuple[Fault, ...]
    cut: tuple[str, ...]
    """The places of rows that lost every trained token."""


def token_facts(rows: Iterable[Row], tokenizer: Tokenizer, max_length: int) -> TokenFacts:
    """The rows as the tokenizer sees them, cut at `max_length` ids. Rows that cannot be encoded are left out."""
    return measure(rows, tokenizer, max_length).facts


def measure(rows: Iterable[Row], tokenizer: Tokenizer, max_length: int) -> Measured:
    """The facts, and what stands against training on these rows."""
    sequences: list[Spanned] = []
    faults: list[Fault] = []
    cut: list[str] = []
    count = 0
    for row, found in by_row(rows, tokenizer):
        count += 1
        for each in found:
            if isinstance(each, Fault):
                faults.append(each)
                continue
            sequences.append(each)
            if each.spans and not _trained(each, max_length):
                cut.append(row.place)
    return Measured(_facts(sequences, count, max_length), tuple(faults), tuple(dict.fromkeys(cut)))


def _facts(sequences: Sequence[Spanned], rows: int, max_length: int) -> TokenFacts:
    sizes = [len(each.ids) for each in sequences]
    longest = max(sizes, default=0)
    return TokenFacts(
        rows=rows,
        tokens=sum(min(size, max_length) for size in sizes),
        trained_tokens=sum(_trained(each, max_length) for each in sequences),
        longest=longest,
        longest_answer=max((end - start for each in sequences for start, end in each.spans), default=0),
        truncated=sum(size > max_length for size in sizes),
        answers_cut=sum(any(end > max_length for _, end in each.spans) for each in sequences),
        untrained=sum(not _trained(each, max_length) for each in sequences),
        end_trained=all(each.ended for each in sequences if len(each.ids) <= max_length and each.spans),
        histogram=histogram(sizes, longest),
    )


def _trained(each: Spanned, max_length: int) -> int:
    """Trained ids that are left when the sequence is cut."""
    return sum(max(0, min(end, max_length) - start) for start, end in each.spans)


def histogram(sizes: Sequence[int], longest: int) -> tuple[int, ...]:
    """Sequences by length: bin i of sixteen holds lengths from i/16 to (i+1)/16 of the longest, its end included."""
    bins = [0] * BINS
    for size in sizes:
        bins[max(0, -(-size * BINS // max(longest, 1)) - 1)] += 1
    return tuple(bins) if sizes else ()
