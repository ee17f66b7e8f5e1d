"""How long one answer takes, one prompt at a time."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from ftspec.evaluate.generate import generate
from ftspec.evaluate.observe.request import Request
from ftspec.kinds.metrics import Timing

if TYPE_CHECKING:
    from ftspec.evaluate.subjects import Subject

MOST = 100
"""Rows that are timed: enough for a 95th percentile."""

FEWEST = 30
"""Rows that are timed however long they take."""

PATIENCE = 10.0
"""Seconds after which those are enough."""

_WARM_UP = 2
"""Answers before the first one that counts: kernels are chosen and memory is taken then."""


def observe(subject: Subject, request: Request) -> Sequence[Timing]:
    """A `Timing` for up to 100 rows, chosen by the hash of their content; 30 are enough when they take 10 seconds."""
    from ftspec.data import prompts

    rows = sorted(request.rows, key=lambda row: row.item)[:MOST]
    ids = prompts(rows, subject.tokenizer)
    for prompt in ids[:_WARM_UP]:
        _once(subject, prompt, request)
    timings: list[Timing] = []
    for row, prompt in zip(rows, ids, strict=True):
        if len(timings) >= FEWEST and sum(timing.seconds for timing in timings) > PATIENCE:
            break
        seconds, tokens = _once(subject, prompt, request)
        timings.append(Timing(row.item, seconds, tokens, request.group(row)))
        request.progress(len(timings))
    return timings


def _once(subject: Subject, prompt: Sequence[int], request: Request) -> tuple[float, int]:
    start = perf_counter()
    [answer], _ = generate(subject, [prompt], request.generation.max_new_tokens, len(prompt))
    return perf_counter() - start, answer.new_tokens
