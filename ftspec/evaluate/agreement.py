"""Whether two forms of one model answer alike: merged weights, or quantized ones, against the adapter on its base."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from ftspec.evaluate.results import Agreement

if TYPE_CHECKING:
    from ftspec.data import Row
    from ftspec.evaluate.scoring import Scored
    from ftspec.evaluate.subjects import Subject

Open = Callable[[], "AbstractContextManager[Subject]"]
_BATCH_TOKENS = 4096
_WHOLE = 1 << 30


def agreement(one: Open, two: Open, rows: Sequence[Row], tolerance: float) -> Agreement:
    """Both models read the rows, one after the other; every trained token's likeliest and its likelihood count.

    Args:
        one: Opens the model as it was trained.
        two: Opens the model as it ships.
        rows: What both read.
        tolerance: The share of trained tokens that may differ.
    """
    tokens = same = 0
    distances: list[float] = []
    for left, right in zip(_read(one, rows), _read(two, rows), strict=True):
        tokens += len(left.greedy)
        same += sum(a == b for a, b in zip(left.greedy, right.greedy, strict=True))
        distances += [abs(a - b) for a, b in zip(left.nll, right.nll, strict=True)]
    distance = round(sum(distances) / len(distances), 6) if distances else 0.0
    return Agreement(tokens=tokens, same=same, distance=distance, tolerance=tolerance)


def _read(open_model: Open, rows: Sequence[Row]) -> list[Scored]:
    from ftspec.data import encode
    from ftspec.evaluate.forward import Caller
    from ftspec.evaluate.observe.classes import read
    from ftspec.evaluate.observe.token_losses import sequences, windows
    from ftspec.evaluate.reward import is_classifier, is_reward_model, logits
    from ftspec.evaluate.scoring import score

    with open_model() as subject:
        if is_classifier(subject):
            whole = [each.ids for each in encode(rows, subject.tokenizer, _WHOLE)]
            ids = whole if is_reward_model(subject) else read(rows, subject)
            return [_judged(each) for each in logits(subject, ids, _BATCH_TOKENS)]
        encoded = sequences(rows, subject.tokenizer)
        context = Caller(subject).context
        split = [part for n, row in enumerate(encoded) for part in windows(n, row.ids, row.trained, context)]
        return score(subject, split, _BATCH_TOKENS)


def _judged(scores: Sequence[float]) -> Scored:
    """A row that is scored as a whole counts as one token: its class, or the sign of its reward; and the scores."""
    from ftspec.evaluate.scoring import Scored

    best = max(range(len(scores)), key=lambda place: scores[place]) if len(scores) > 1 else int(scores[0] > 0)
    return Scored(nll=tuple(scores), greedy=(best,))
