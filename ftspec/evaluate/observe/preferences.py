"""The scores of chosen and rejected answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.evaluate.forward import Caller
from ftspec.evaluate.observe.choices import last_answer
from ftspec.evaluate.observe.request import Request
from ftspec.evaluate.reward import is_reward_model, rewards
from ftspec.evaluate.scoring import score
from ftspec.kinds.metrics import NotComputable, Preference

if TYPE_CHECKING:
    from ftspec.data import Encoded
    from ftspec.evaluate.subjects import Subject

_WHOLE = 1 << 30


def observe(subject: Subject, request: Request) -> Sequence[Preference]:
    """A `Preference` for every row with a chosen and a rejected answer; any other row is an error."""
    from ftspec.data import branches, encode

    alone = sum(len(branches(row)) != 2 for row in request.rows)
    if alone:
        raise NotComputable(f"{alone} rows have no pair of a chosen and a rejected answer")
    sequences = encode(request.rows, subject.tokenizer, _WHOLE)
    scores = _scores(subject, sequences, request)
    return [
        Preference(row.item, scores[2 * place], scores[2 * place + 1], request.group(row))
        for place, row in enumerate(request.rows)
    ]


def _scores(subject: Subject, sequences: Sequence[Encoded], request: Request) -> list[float]:
    tokens = request.generation.batch_tokens
    if is_reward_model(subject):
        return rewards(subject, [each.ids for each in sequences], tokens)
    context = Caller(subject).context
    windows = [last_answer(place, each, context) for place, each in enumerate(sequences)]
    return [-sum(found.nll) for found in score(subject, windows, tokens)]
