"""What an answer is worth: reward models that the spec trained, and metrics that score each answer by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from ftspec.kinds.metrics import Answer, Metric
from ftspec.kinds.metrics._means import MeanOfAnswers, ShareOfAnswers
from ftspec.kinds.registry import make
from ftspec.spec.kind import Kind
from ftspec.spec.types import Of, To

if TYPE_CHECKING:
    from ftspec.kinds.objectives import Job
    from ftspec.kinds.objectives._sampling import Drawn


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


def said_of(prompts: Sequence[Sequence[int]], drawn: Drawn, expected: Sequence[Sequence[int]]) -> list[Said]:
    """The answers that were drawn to some prompts, beside what their rows expect."""
    rows = zip(prompts, drawn.rows(), expected, drawn.finished.tolist(), strict=True)
    return [Said(tuple(prompt), tuple(answer), tuple(known), ended) for prompt, answer, known, ended in rows]


Score = Callable[[Sequence[Said]], list[float]]
"""What each of some answers is worth."""


def _from_plan(value: Any) -> Any:
    """A reward as a plan has it: calls become metrics."""
    return make("metrics", value) if isinstance(value, dict) else value


def _scoring(reward: Any) -> Any:
    """Raises ValueError for a metric that is a property of all answers together."""
    if not isinstance(reward, str | MeanOfAnswers | ShareOfAnswers):
        message = f"`{reward.keyword()}` scores no answer by itself"
        raise ValueError(f"{message}; use `exact_match()`, `matches(…)` or a reward model")
    return reward


Reward = Annotated[
    Annotated[str, To("train")] | Annotated[Kind, Of("metrics")],
    BeforeValidator(_from_plan),
    AfterValidator(_scoring),
]
"""The train of a reward model, or a metric that scores each answer by itself."""


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
