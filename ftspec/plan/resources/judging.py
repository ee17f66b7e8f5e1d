"""What it takes to have models answer beside the one that is measured, and to have one of them judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftspec.plan.facts import Facts, Target
from ftspec.plan.resources.generating import Generating, Turn, tokens_like
from ftspec.plan.resources.others import Other, others_in
from ftspec.plan.steps import Evaluate, Measurement, PlannedUse, Step

OPPONENT, JUDGE = "over", "judge"
"""How metrics name the models that take part; a test holds these against their `stages`."""

_ROOM = 16
"""Tokens in which a judge that reads must have said A or B (`ftspec/evaluate/observe/duels.py`)."""

_ORDERS = 2


def judging(step: Evaluate, steps: Sequence[Step], facts: Facts, target: Target) -> tuple[Generating, ...]:
    """The turn of each opponent and each judge. The evaluation opens one model after the other."""
    found = [
        Generating(
            id=step.id,
            turns=(turn,),
            prompts=_count(use, facts),
            tokens=tokens_like(use, facts),
            makers=(maker,),
            new=step.generation.max_new_tokens,
            batch_tokens=step.generation.batch_tokens,
            target=target,
        )
        for measurement in step.measurements
        for use in measurement.uses
        for maker, turn in _turns(measurement, step, steps, facts)
    ]
    return tuple(each for place, each in enumerate(found) if each not in found[:place])


def _turns(
    measurement: Measurement, step: Evaluate, steps: Sequence[Step], facts: Facts
) -> Iterator[tuple[Other, Turn]]:
    given, new = measurement.metric["arguments"], step.generation.max_new_tokens
    named = {role: others_in((str(given[role]),), steps, facts) for role in (OPPONENT, JUDGE) if given.get(role)}
    for maker in named.get(OPPONENT, ()):
        # Without a judge nothing is written: the opponent reads the chosen and the rejected answers.
        yield maker, Turn(0, 1) if JUDGE in named else Turn(0, 2, writes=False)
    for maker in named.get(JUDGE, ()):
        if maker.scores:
            yield maker, Turn(0, 2 if OPPONENT in named else 1, behind=new, writes=False)
        else:
            yield maker, Turn(0, _ORDERS, behind=2 * new + len(str(given.get("rubric", ""))) // 4 + 32, new=_ROOM)


def _count(use: PlannedUse, facts: Facts) -> int:
    return facts.data[use.data.removeprefix("data.")].splits[use.split]
