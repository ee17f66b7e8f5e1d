"""What a judge gives for generated answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.evaluate.observe.answered import answered
from ftspec.evaluate.observe.request import Request
from ftspec.evaluate.observe.token_losses import sequences
from ftspec.evaluate.reward import is_reward_model, rewards
from ftspec.kinds.metrics import Answer, NotComputable, Reward

if TYPE_CHECKING:
    from ftspec.evaluate.subjects import Subject


def observe(subject: Subject, request: Request) -> Sequence[Reward]:
    """A `Reward` for every row. The subject is the judge; the answers are the request's first input."""
    [answers] = request.inputs
    given = judged(subject, request, answers)
    pairs = zip(request.rows, answers, given, strict=True)
    return [Reward(row.item, answer.given, value, request.group(row)) for row, answer, value in pairs]


def judged(subject: Subject, request: Request, answers: Sequence[Answer]) -> list[float]:
    """What the judge gives for each row with the answer in its place. Raises `NotComputable` for another model."""
    if not is_reward_model(subject):
        raise NotComputable("the judge is no reward model: train it with `objective = reward()`")
    rows = [answered(row, answer.given) for row, answer in zip(request.rows, answers, strict=True)]
    ids = [each.ids for each in sequences(rows, subject.tokenizer)]
    return rewards(subject, ids, request.generation.batch_tokens, request.progress)
