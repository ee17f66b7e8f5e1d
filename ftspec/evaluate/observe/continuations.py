"""How far the model recites a row from its beginning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.evaluate.forward import Caller
from ftspec.evaluate.observe.request import Request
from ftspec.evaluate.observe.token_losses import sequences
from ftspec.evaluate.scoring import Scored, Window, score
from ftspec.kinds.metrics import Continuation

if TYPE_CHECKING:
    from ftspec.evaluate.subjects import Subject

SHORTEST = 16
"""Rows with fewer tokens do not count."""


def observe(subject: Subject, request: Request) -> Sequence[Continuation]:
    """A `Continuation` for every row of 16 tokens and more.

    The model writes a continuation greedily exactly when each of its tokens is the likeliest one after those before it,
    so one reading of the row tells, and nothing has to be generated.
    """
    half = Caller(subject).context // 2
    encoded = sequences(request.rows, subject.tokenizer)
    kept = [(row, each.ids) for row, each in zip(request.rows, encoded, strict=True) if len(each.ids) >= SHORTEST]
    lengths = [min(int(request.settings["tokens"]), len(ids) // 2, half) for _, ids in kept]
    windows = [
        Window(place, tuple(ids[: 2 * k]), tuple(range(k, 2 * k)))
        for place, ((_, ids), k) in enumerate(zip(kept, lengths, strict=True))
    ]
    scored = score(subject, windows, request.generation.batch_tokens, request.progress)
    prefixes = subject.tokenizer.decode_batch([window.ids[: window.scored[0]] for window in windows])
    return [
        Continuation(row.item, prefix, _wanted(window), written(_wanted(window), found), request.group(row))
        for (row, _), window, found, prefix in zip(kept, windows, scored, prefixes, strict=True)
    ]


def written(wanted: Sequence[int], scored: Scored) -> tuple[int, ...]:
    """What the model writes, up to and with the first token that differs."""
    differs = (place for place, token in enumerate(wanted) if token != scored.greedy[place])
    return scored.greedy[: next(differs, len(wanted)) + 1]


def _wanted(window: Window) -> tuple[int, ...]:
    return window.ids[window.scored[0] :]
