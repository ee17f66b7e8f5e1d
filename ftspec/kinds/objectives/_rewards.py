"""What an answer is worth: reward models that the spec trained, and metrics that score each answer by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftspec.kinds.metrics import Answer, Metric
from ftspec.kinds.metrics._means import MeanOfAnswers, ShareOfAnswers
from ftspec.kinds.registry import make

if TYPE_CHECKING:
    from ftspec.kinds.objectives import Job


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, as token ids."""

    prompt: tuple[int, ...]
    answer: tuple[int, ...]
    """Without its end token."""

    expected: tuple[int, ...] = ()
    """The answer of the row, where it has one."""

    finished: bool = True
    """Whether the model ended the answer itself."""


Score = Callable[[Sequence[Said]], list[float]]
"""What each of some answers is worth."""


def from_plan(value: Any) -> Any:
    """A reward as a plan has it: calls become metrics."""
    return make("metrics", value) if isinstance(value, dict) else value


def check_rewards(rewards: Sequence[Any]) -> None:
    """Raises ValueError for a metric that is a property of all answers together."""
    for each in rewards:
        if not isinstance(each, str | MeanOfAnswers | ShareOfAnswers):
            message = f"`{each.keyword()}` scores no answer by itself"
            raise ValueError(f"{message}; use `exact_match()`, `matches(…)` or a reward model")


def labels_of(rewards: Sequence[Any]) -> tuple[str, ...]:
    """The trains among the rewards."""
    return tuple(each for each in rewards if isinstance(each, str))


def scores_of(rewards: Sequence[Any], job: Job) -> list[Score]:
    """A function for each reward."""
    return [job.scorer(each) if isinstance(each, str) else _by_metric(each.placed(job.root), job) for each in rewards]


def weighted(scores: Sequence[Score], weights: Sequence[float]) -> Score:
    """The weighted sum of several rewards."""

    def total(said: Sequence[Said]) -> list[float]:
        columns = [score(said) for score in scores]
        return [sum(w * value for w, value in zip(weights, row, strict=True)) for row in zip(*columns, strict=True)]

    return total


def _by_metric(metric: Metric, job: Job) -> Score:
    """The score of each answer; of a metric that is better when lower, 1 less the score."""

    def score(said: Sequence[Said]) -> list[float]:
        texts = [job.tokenizer.decode(list(ids), skip_special_tokens=True) for each in said for ids in _parts(each)]
        answers = [
            Answer(item=str(place), prompt=prompt, expected=expected, given=given, finished=said[place].finished)
            for place, (prompt, given, expected) in enumerate(zip(texts[::3], texts[1::3], texts[2::3], strict=True))
        ]
        values = _values(metric, answers)
        return [1 - value for value in values] if metric.direction == "lower" else values

    return score


def _parts(said: Said) -> tuple[tuple[int, ...], ...]:
    return said.prompt, said.answer, said.expected


def _values(metric: Metric, answers: Sequence[Answer]) -> list[float]:
    match metric:
        case ShareOfAnswers():
            return [float(hit) for hit in metric.hits(answers)]
        case MeanOfAnswers():
            return [float(score) for score in metric.scores(answers)]
        case _:
            raise TypeError(f"{metric.keyword()} scores no answer by itself")
