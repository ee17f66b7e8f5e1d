"""The scores of chosen and rejected answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
    """A `Preference` for every row with a chosen and a rejected answer; any other row is an error.

    Where the request has an input, it is what another model finds of the same pairs, and is taken off.
    """
    from ftspec.data import branches, encode

    alone = sum(len(branches(row)) != 2 for row in request.rows)
    if alone:
        raise NotComputable(f"{alone} rows have no pair of a chosen and a rejected answer")
    sequences = encode(request.rows, subject.tokenizer, _WHOLE)
    scores = _scores(subject, sequences, request)
    found = [
        Preference(row.item, scores[2 * place], scores[2 * place + 1], request.group(row))
        for place, row in enumerate(request.rows)
    ]
    return _gained(found, *request.inputs) if request.inputs else found


def _gained(found: Sequence[Preference], others: Sequence[Preference]) -> list[Preference]:
    if len(others) != len(found):
        raise NotComputable("the other model has no value for these pairs")
    return [
        replace(own, chosen=own.chosen - other.chosen, rejected=own.rejected - other.rejected)
        for own, other in zip(found, others, strict=True)
    ]


def _scores(subject: Subject, sequences: Sequence[Encoded], request: Request) -> list[float]:
    tokens = request.generation.batch_tokens
    if is_reward_model(subject):
        if request.settings:
            raise NotComputable("a reward model scores by its head: `over` and `per_token` are for log-likelihoods")
        return rewards(subject, [each.ids for each in sequences], tokens)
    context = Caller(subject).context
    windows = [last_answer(place, each, context) for place, each in enumerate(sequences)]
    per_token = bool(request.settings.get("per_token"))
    return [-sum(found.nll) / (len(found.nll) if per_token else 1) for found in score(subject, windows, tokens)]
