"""Two models' answers to the same prompts, and what a judge gives for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.evaluate.observe.request import Request
from ftspec.evaluate.observe.rewards import judged
from ftspec.kinds.metrics import Duel

if TYPE_CHECKING:
    from ftspec.evaluate.subjects import Subject


def observe(subject: Subject, request: Request) -> Sequence[Duel]:
    """A `Duel` for every row. The subject is the judge; the two inputs are the model's answers and the opponent's."""
    own, over = request.inputs
    ours, theirs = judged(subject, request, own), judged(subject, request, over)
    return [
        Duel(row.item, own[place].given, over[place].given, ours[place], theirs[place], request.group(row))
        for place, row in enumerate(request.rows)
    ]
