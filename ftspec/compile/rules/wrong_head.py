"""FT324: a teacher writes, a judge does not sort rows into classes, and a metric fits the head that it looks at.

Who writes rows is `cannot_write`'s, who gives rewards `no_reward_model`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from ftspec.compile.codes import WRONG_HEAD
from ftspec.compile.defaults import final_train, generated_of, metric_of, objective_of, scores_of
from ftspec.kinds.metrics import Need
from ftspec.spec.rules import Score
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic, Label

LOOKS_AT = ("train.objective", "gates.rules", "search", "data.source")

Head = Literal["text", "reward", "classes"]

_WRITER = "name a train that writes, or a `model` block as it is"
_RATER = "name a train with `objective = reward()`, or a language model, which reads and says"
_MEASURED: dict[Head, frozenset[Need]] = {
    "text": frozenset(Need),
    "reward": frozenset({Need.PREFERENCES, Need.MEMORY, Need.SIZE}),
    "classes": frozenset({Need.ANSWERS, Need.BATCH_TIMINGS, Need.CHOICES, Need.MEMORY, Need.SIZE}),
}
"""What can be seen of a model, by its head."""

_INSTEAD: dict[Head, str] = {
    "text": "",
    "reward": "measure it by `preference_accuracy(…)`, or the stage that it rates by `mean_reward(…)`",
    "classes": "measure it by `accuracy(…)`, `f1(…)` or another metric of answers",
}


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Teachers, judges, opponents and what gates measure, each with the head that its part asks for."""
    yield from _teachers(spec)
    yield from _judges(spec)
    for path, score in _scores(spec):
        yield from _partners(spec, path, score)
        yield from _measured(spec, path, score)


def _head(spec: Spec, label: str) -> Head:
    """What a train or `model` block ends in; whether a model of a `model` block writes is known when it is read."""
    outputs = objective_of(spec.trains[label]).outputs if label in spec.trains else None
    return "text" if outputs is None else "reward" if outputs == 1 else "classes"


def _teachers(spec: Spec) -> Iterator[Diagnostic]:
    for name, train in spec.trains.items():
        teacher = getattr(objective_of(train), "teacher", None)
        if isinstance(teacher, str) and _head(spec, teacher) != "text":
            message = f"the teacher `{teacher}` scores whole rows and writes no text"
            yield _found(spec, f"train.{name}.objective", message, _WRITER, teacher)


def _judges(spec: Spec) -> Iterator[Diagnostic]:
    for name in spec.data:
        source = generated_of(spec, name)
        if source is None:
            continue
        from ftspec.kinds.sources.judged import Judged  # seldom needed, and a check should be instant

        if isinstance(source, Judged) and _head(spec, source.judge) == "classes":
            message = f"the judge `{source.judge}` sorts rows into classes, and rates none"
            yield _found(spec, f"data.{name}.source", message, _RATER, source.judge)


def _scores(spec: Spec) -> Iterator[tuple[str, Score]]:
    for number, rule in enumerate(spec.gates.rules):
        for score in scores_of(rule):
            yield f"gates.rules.{number}", score
    if spec.search is not None and spec.search.score is not None:
        yield f"search.{spec.search.direction}", spec.search.score


def _partners(spec: Spec, path: str, score: Score) -> Iterator[Diagnostic]:
    """Who wrote the other answer, and who judges."""
    metric = metric_of(score)
    # Likelihoods are held against another model's, and nobody judges.
    *others, judge = (*metric.stages(), None) if metric.need is Need.PREFERENCES else metric.stages() or (None,)
    compared = (*others, metric.opponent())
    for other in (each for each in compared if each is not None and _head(spec, each) != "text"):
        yield _found(spec, path, f"`{other}` scores whole rows and writes no answer", _WRITER, other)
    if judge is None:
        return
    if metric.need is Need.DUELS and _head(spec, judge) == "classes":
        yield _found(spec, path, f"the judge `{judge}` sorts rows into classes, and rates none", _RATER, judge)


def _measured(spec: Spec, path: str, score: Score) -> Iterator[Diagnostic]:
    """The model that is measured."""
    if not spec.trains and score.of is None:
        return
    metric, of = metric_of(score), score.of or final_train(spec)
    head = _head(spec, of)
    if metric.need not in _MEASURED[head]:
        message = f"`{metric.keyword()}` reads what a model writes, and `{of}` scores whole rows"
        yield _found(spec, path, message, _INSTEAD[head], of)
    elif head == "reward" and metric.need is Need.PREFERENCES and metric.settings():
        named = " and ".join(f"`{name}`" for name in metric.settings())
        message = (
            f"{named} {'is' if len(metric.settings()) == 1 else 'are'} about likelihoods, and `{of}` gives rewards"
        )
        yield _found(spec, path, message, f"leave out {named}", of)


def _found(spec: Spec, path: str, message: str, help: str, label: str) -> Diagnostic:
    place = (spec.place(f"train.{label}.objective") or spec.place(f"train.{label}")) if label in spec.trains else None
    labels = (Label(place, f"it learns by `{objective_of(spec.trains[label]).keyword()}`"),) if place else ()
    return Diagnostic(WRONG_HEAD, message, spec.place(path), help, labels)
