"""The largest batch that a step puts on one device at once."""

from __future__ import annotations

from dataclasses import dataclass

from ftspec.plan.facts import TokenFacts
from ftspec.plan.resources.drawing import drawing_of
from ftspec.plan.rounding import multiple_for
from ftspec.plan.steps import Train

_MOST_LENGTHS = 32


@dataclass(frozen=True)
class Batch:
    """Tokens that lie on the device together."""

    tokens: int
    """All of them, padding included."""

    attended: int
    """Entries of the attention matrix of one head: the sum over sequences of their squared length."""

    scored: int
    """Tokens whose next token is predicted in the loss."""

    masked: bool
    """Whether attention needs a mask beside causality: for padding, or to keep packed rows apart."""

    by_row: bool = False
    """Whether packed rows attend one by one, without a mask (`ftspec/kinds/objectives/_attention.py`)."""


def largest_batch(step: Train, window: int = 0) -> Batch:
    """The longest rows of the data together, which the shuffle may do. `window` is that of the model's attention."""
    drawn = _drawn(step)
    lengths = longest_rows(step.tokens, step.micro_batch_size * step.sequences, step.max_length)
    lengths = [length + drawn for length in lengths]
    scored = drawn * len(lengths) or _scored(step, sum(lengths))
    if step.packing:
        total, by_row = sum(lengths), _by_row(step, lengths[0], window)
        attended = sum(length * length for length in lengths) if by_row else total * total
        return Batch(total, attended, scored, masked=step.micro_batch_size > 1 and not by_row, by_row=by_row)
    width = lengths[0]
    return Batch(width * len(lengths), len(lengths) * width * width, scored, masked=len(lengths) > 1)


def _by_row(step: Train, longest: int, window: int) -> bool:
    return step.attention == "sdpa" and (window == 0 or window >= longest)


def mean_batch(step: Train, window: int = 0) -> Batch:
    """A usual micro batch: what the time follows from."""
    facts, rows = step.tokens, step.micro_batch_size * step.sequences
    count = facts.rows * step.sequences if facts else 0
    mean = min(step.max_length, facts.tokens / count) if facts and count else step.max_length
    if drawn := _drawn(step):
        width = mean + drawn
        return Batch(round(rows * width), round(rows * width * width), rows * drawn, masked=True)
    share = facts.trained_tokens / facts.tokens if facts and facts.tokens else 1.0
    if step.packing:
        total, by_row = round(rows * mean), _by_row(step, facts.longest if facts else step.max_length, window)
        attended = round(total * mean) if by_row else total * total
        return Batch(total, attended, round(total * share), masked=rows > 1 and not by_row, by_row=by_row)
    width = sum(longest_rows(facts, rows, step.max_length)) / rows if rows > 1 else mean
    width = (width + mean) / 2  # the longest of a few rows lies between a usual row and the longest of all
    return Batch(round(rows * width), round(rows * width * width), round(rows * mean * share), masked=rows > 1)


def longest_rows(tokens: TokenFacts | None, count: int, max_length: int) -> list[int]:
    """Upper bounds of the `count` longest rows, longest first; `max_length` where nothing is known."""
    if tokens is None or not tokens.rows:
        return [max_length] * count
    longest = min(tokens.longest, max_length)
    if not tokens.histogram:
        return [longest] * count
    width = tokens.longest / len(tokens.histogram)
    found: list[int] = []
    for place in range(len(tokens.histogram) - 1, -1, -1):
        edge = min(max_length, max(1, round(width * (place + 1))))
        found += [edge] * min(tokens.histogram[place], count - len(found))
    # An epoch may end in the middle of a batch and the next one begin with the same long rows.
    return (found + [longest] * count)[:count]


def _drawn(step: Train) -> int:
    """Tokens that the model itself puts behind each prompt before it learns from them."""
    drawing = drawing_of(step)
    return 0 if drawing is None else drawing.new_tokens


def lengths_met(step: Train) -> int:
    """To how many different lengths the micro batches of packed rows are rounded up: within two deviations."""
    facts, rows = step.tokens, step.micro_batch_size
    if facts is None or not facts.rows or not facts.histogram:
        return 1 if facts and facts.rows == 1 else _MOST_LENGTHS
    width, mean = facts.longest / len(facts.histogram), facts.tokens / facts.rows
    middles = [(place + 0.5) * width for place in range(len(facts.histogram))]
    squares = sum(count * (middle - mean) ** 2 for count, middle in zip(facts.histogram, middles, strict=True))
    deviation: float = max(0.0, squares / facts.rows - width * width / 12) ** 0.5  # the bins' own width is no variety
    found: int = 1 + round(4 * deviation * rows**0.5 / multiple_for(round(rows * mean)))
    return min(found, _MOST_LENGTHS, max(1, step.optimizer_steps * step.accumulation))


def _scored(step: Train, tokens: int) -> int:
    facts = step.tokens
    if facts is None or not facts.rows:
        return tokens
    most = facts.longest_answer * step.micro_batch_size * step.sequences if facts.longest_answer else tokens
    return min(tokens, most)
