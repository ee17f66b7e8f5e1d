"""Observers: what is seen of a model before any metric is taken. One file a need.

An observer is asked once for all metrics that need the same: accuracy and f1 over the same rows share their answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, assert_never

from ftspec.evaluate.observe.request import Request
from ftspec.kinds.metrics import Need, Observation

if TYPE_CHECKING:
    from ftspec.evaluate.subjects import Subject

__all__ = ["Request", "observe"]


def observe(need: Need, subject: Subject, request: Request) -> Mapping[Need, Sequence[Observation]]:
    """The observations that `need` names, and others that come with them."""
    from ftspec.evaluate.observe import (
        answers,
        benchmark,
        choices,
        continuations,
        duels,
        memory,
        preferences,
        rewards,
        timings,
        token_losses,
    )

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
        case Need.BENCHMARK:
            return {need: benchmark.observe(subject, request)}
        case Need.RATINGS:
            raise TypeError("people rate, not a model: see `ftspec.evaluate.observe.ratings`")
        case _:
            assert_never(need)
