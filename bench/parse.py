"""Parsing grows with the length of the text and no faster."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from time import perf_counter

from bench.row import Row
from ftspec.syntax import parse
from ftspec.text.source import Source

ROUNDS = 5

_BLOCK = """train stage_{n} {{
  data          = tickets.train
  method        = lora(rank = 16, alpha = 32, targets = all_linear)
  length        = 3 epochs
  learning_rate = 2e-4

  # a comment that says why
}}
"""


def rows() -> Iterator[Row]:
    """14,000 lines against 1,000."""
    short, long = _spec(125), _spec(1750)
    ratios = [_seconds(long) / _seconds(short) for _ in range(ROUNDS)]
    yield Row("parsing 14,000 lines over 1,000", statistics.median(ratios), 16, at_most=True)


def _spec(blocks: int) -> Source:
    return Source("bench.ft", "ftspec 1\n" + "".join(_BLOCK.format(n=n) for n in range(blocks)))


def _seconds(source: Source) -> float:
    start = perf_counter()
    assert not parse(source).diagnostics
    return perf_counter() - start
