"""Observers: what is seen of a model before any metric is taken. One file a need.

An observer is asked once for all metrics that need the same: accuracy and f1 over the same rows share their answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, assert_never

from ftspec.evaluate.observe.request import Request
from ftspec.evaluate.reward import is_classifier
from ftspec.kinds.metrics import Need, NotComputable, Observation

if TYPE_CHECKING:
    from ftspec.evaluate.subjects import Subject

__all__ = ["Request", "observe"]

_OF_CLASSIFIERS = frozenset({Need.ANSWERS, Need.BATCH_TIMINGS, Need.CHOICES})
_OF_WRITERS = frozenset(
    {
        Need.ANSWERS,
        Need.BATCH_TIMINGS,
        Need.CHOICES,
        Need.TOKEN_LOSSES,
        Need.CONTINUATIONS,
        Need.TIMINGS,
        Need.SWAPS,
    }
)
"""What only a model has that writes text."""


def observe(need: Need, subject: Subject, request: Request) -> Mapping[Need, Sequence[Observation]]:
    """The observations that `need` names, and others that come with them."""
    from ftspec.evaluate.observe import (
        answers,
        benchmark,
        choices,
        classes,
        continuations,
        duels,
        memory,
        preferences,
        rewards,
        size,
        swapped,
        timings,
        token_losses,
    )

    if is_classifier(subject) and need in _OF_CLASSIFIERS:
        return {need: classes.choices(subject, request)} if need is Need.CHOICES else classes.observe(subject, request)
    if need in _OF_WRITERS and not subject.model.can_generate():
        raise NotComputable("the model scores whole rows and writes no text")
    match need:
        case Need.ANSWERS | Need.BATCH_TIMINGS:
            return answers.observe(subject, request)
        case Need.TOKEN_LOSSES:
            return {need: token_losses.observe(subject, request)}
        case Need.CONTINUATIONS:
            return {need: continuations.observe(subject, request)}
        case Need.TIMINGS:
            return {need: timings.observe(subject, request)}
        case Need.CHOICES:
            return {need: choices.observe(subject, request)}
        case Need.PREFERENCES:
            return {need: preferences.observe(subject, request)}
        case Need.REWARDS:
            return {need: rewards.observe(subject, request)}
        case Need.DUELS:
            return {need: duels.observe(subject, request)}
        case Need.MEMORY:
            return {need: memory.observe(subject)}
        case Need.SIZE:
            return {need: size.observe(subject)}
        case Need.SWAPS:
            return {need: swapped.observe(subject, request)}
        case Need.BENCHMARK:
            return {need: benchmark.observe(subject, request)}
        case Need.RATINGS:
            raise TypeError("people rate, not a model: see `ftspec.evaluate.observe.ratings`")
        case _:
            assert_never(need)
