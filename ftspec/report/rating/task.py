"""What is there to rate in a run, and in which order one person sees it: blind, and different for everyone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal

from ftspec.errors import CannotRun
from ftspec.evaluate import ratings
from ftspec.evaluate.ratings import Choice, Pair, answers_id
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Evaluate, Measurement
from ftspec.report.read import RunFolder, read_run
from ftspec.text.frozen import frozen

Pressed = Literal["a", "b", "tie"]
"""What a person presses: the answer on the left, the one on the right, or neither."""


@frozen
class Shown:
    """One pair as one person sees it."""

    pair: Pair
    a: str
    b: str
    own_first: bool

    def choice(self, pressed: Pressed) -> Choice:
        """What a press says about the models."""
        if pressed == "tie":
            return "tie"
        return "own" if (pressed == "a") == self.own_first else "over"


@frozen
class Task:
    """All pairs of one measurement."""

    run: Path
    measurement: str
    pairs: tuple[Pair, ...]

    @cached_property
    def to_rate(self) -> tuple[Pair, ...]:
        """The pairs that differ; equal answers are ties without anyone's help."""
        return tuple(pair for pair in self.pairs if not pair.is_equal)

    def order(self, rater: str) -> list[Shown]:
        """Every pair in this person's order, each side as this person sees it."""
        return [self._shown(rater, pair) for pair in sorted(self.to_rate, key=lambda pair: _hash(rater, pair, "order"))]

    def at(self, rater: str, number: int | None = None) -> tuple[int, Shown] | None:
        """The pair with this number, or the first one that is not rated; None when all are."""
        order, said = self.order(rater), ratings.read(self.run).get(rater, {})
        places = [place for place, shown in enumerate(order) if shown.pair.id not in said]
        if number is not None and 0 <= number < len(order):
            return number, order[number]
        return (places[0], order[places[0]]) if places else None

    def rate(self, rater: str, pair: str, pressed: Pressed) -> bool:
        """Keep a press; False where there is no such pair, as after a new run."""
        found = next((each for each in self.order(rater) if each.pair.id == pair), None)
        if found is None:
            return False
        ratings.add(self.run, rater, found.pair, found.choice(pressed))
        return True

    def done(self, rater: str) -> int:
        """How many pairs this person has rated."""
        return len(self.to_rate) - len(ratings.missing(ratings.read(self.run).get(rater, {}), self.pairs))

    @property
    def raters(self) -> dict[str, int]:
        """Everyone who began, with how many pairs they have rated."""
        return {rater: self.done(rater) for rater in ratings.read(self.run)}

    @property
    def alpha(self) -> float | None:
        """How far the raters agree: Krippendorff's alpha over what all of them said so far."""
        people = ratings.read(self.run)
        return ratings.alpha([[said.get(pair.id) for pair in self.to_rate] for said in people.values()])

    def _shown(self, rater: str, pair: Pair) -> Shown:
        own_first = _hash(rater, pair, "side")[0] in "01234567"
        a, b = (pair.own, pair.over) if own_first else (pair.over, pair.own)
        return Shown(pair, a, b, own_first)


def task_of(run: Path, measurement: str | None = None) -> Task:
    """What is there to rate. Raises `CannotRun` where the run asks for no ratings, or has no answers yet."""
    folder = read_run(run)
    asked = _asked(folder.plan, measurement, run)
    label = asked.metric["arguments"].get("over")
    over = f"train.{label}" if label else _base(folder.plan)
    own_id, over_id = answers_id(asked, asked.subject), answers_id(asked, over)
    own, other = (_answers(folder, id) for id in (own_id, over_id))
    if not own or set(own) != set(other):
        raise CannotRun(f"{run.as_posix()} has no answers to rate yet", "run the spec to its end first")
    pairs = tuple(Pair(item, one["prompt"], one["given"], other[item]["given"]) for item, one in own.items())
    return Task(run, asked.id, pairs)


def _asked(plan: Plan, id: str | None, run: Path) -> Measurement:
    found = [
        each
        for step in plan.of(Evaluate)
        for each in step.measurements
        if each.metric["name"] == "human_preference" and id in (None, each.id)
    ]
    if not found:
        help = "add `require human_preference(DATA.test) >= 55%` to its gates and run it"
        raise CannotRun(f"{run.as_posix()} asks for no ratings{f' called {id}' if id else ''}", help)
    return found[0]


def _base(plan: Plan) -> str:
    from ftspec.evaluate.samples import base_of

    [step] = plan.of(Evaluate)
    base = base_of(step)
    assert base is not None, "the plan names the untrained model"
    return base


def _answers(folder: RunFolder, id: str) -> Mapping[str, Mapping[str, str]]:
    lines = folder.items.get(id, ())
    return {line["item"]: line for line in lines}


def _hash(rater: str, pair: Pair, what: str) -> str:
    return hashlib.sha256(f"{rater}\0{what}\0{pair.id}".encode()).hexdigest()
