"""The loss of each row's trained tokens; of all tokens of plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from ftspec.evaluate.forward import Caller
from ftspec.evaluate.observe.request import Request
from ftspec.evaluate.scoring import Window, score
from ftspec.kinds.metrics import TokenLoss

if TYPE_CHECKING:
    from ftspec.data import Row
    from ftspec.data.encoding import Encoded
    from ftspec.evaluate.subjects import Subject
    from ftspec.model.tokenizer import Tokenizer

_WHOLE = 1 << 30
"""A `max_length` that cuts nothing."""


def observe(subject: Subject, request: Request) -> Sequence[TokenLoss]:
    """A `TokenLoss` for every row, in nats; a row without a trained token has none of them."""
    context = Caller(subject).context
    rows = sequences(request.rows, subject.tokenizer)
    split = [window for n, row in enumerate(rows) for window in windows(n, row.ids, row.trained, context)]
    scored = score(subject, split, request.generation.batch_tokens)
    sums = [[0.0, 0] for _ in rows]
    for window, found in zip(split, scored, strict=True):
        sums[window.row][0] += sum(found.nll)
        sums[window.row][1] += len(found.nll)
    pairs = zip(request.rows, sums, strict=True)
    return [TokenLoss(row.item, nll, int(tokens), request.group(row)) for row, (nll, tokens) in pairs]


def sequences(rows: Sequence[Row], tokenizer: Tokenizer) -> list[Encoded]:
    """One whole sequence for each row: that with the chosen answer for preferences."""
    from ftspec.data import branches, encode

    encoded = encode(rows, tokenizer, _WHOLE)
    starts = accumulate((len(branches(row)) for row in rows), initial=0)
    return [encoded[start] for start, _ in zip(starts, rows, strict=False)]


def windows(row: int, ids: Sequence[int], trained: Sequence[bool], context: int) -> Iterator[Window]:
    """A row in windows of at most `context` tokens, each half a window after the last.

    A token is scored in the first window that holds it, if it is trained; the first token of a row never is.
    """
    stride = max(1, context // 2)
    seen = 1
    for start in range(0, max(1, len(ids)), stride):
        stop = min(start + context, len(ids))
        scored = tuple(at - start for at in range(seen, stop) if trained[at])
        yield Window(row, tuple(ids[start:stop]), scored)
        seen = stop
        if stop == len(ids):
            return
