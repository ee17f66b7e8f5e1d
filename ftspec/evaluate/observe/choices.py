"""How likely the model finds each answer of the label set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.evaluate.forward import Caller
from ftspec.evaluate.observe.answered import answered
from ftspec.evaluate.observe.request import Request
from ftspec.evaluate.observe.token_losses import sequences
from ftspec.evaluate.scoring import Window, score
from ftspec.kinds.metrics import Choice, NotComputable

if TYPE_CHECKING:
    from ftspec.data import Encoded
    from ftspec.evaluate.subjects import Subject

MOST_LABELS = 64
"""Beyond this the answers are text, not classes, and each would be read once for every row."""


def observe(subject: Subject, request: Request) -> Sequence[Choice]:
    """A `Choice` for every row: the log-likelihood of each label with its end token."""
    from ftspec.data import expected

    labels = tuple(sorted({expected(row).strip() for row in request.rows}))
    if len(labels) > MOST_LABELS:
        raise NotComputable(f"the data has {len(labels)} distinct answers; up to {MOST_LABELS} are classes")
    asked = [answered(row, label) for row in request.rows for label in labels]
    context = Caller(subject).context
    encoded = sequences(asked, subject.tokenizer)
    windows = [last_answer(place, each, context) for place, each in enumerate(encoded)]
    logits = [-sum(each.nll) for each in score(subject, windows, request.generation.batch_tokens)]
    request.progress(len(request.rows))
    return [
        Choice(row.item, expected(row).strip(), labels, tuple(logits[start : start + len(labels)]), request.group(row))
        for row, start in zip(request.rows, range(0, len(logits), len(labels) or 1), strict=True)
    ]


def last_answer(place: int, encoded: Encoded, context: int) -> Window:
    """The end of a row that fits the context, with the tokens of its last trained stretch to be scored."""
    end = next((at + 1 for at in reversed(range(len(encoded.ids))) if encoded.trained[at]), 0)
    start = end
    while start > 1 and encoded.trained[start - 1]:
        start -= 1
    first = max(0, end - context)
    return Window(place, tuple(encoded.ids[first:end]), tuple(range(max(start - first, 1), end - first)))
