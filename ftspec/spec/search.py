"""`search { … }`: values to try, and the metric that chooses between them."""

import math
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Annotated, Literal

from pydantic import Field

from ftspec.spec.rules import Score
from ftspec.spec.types import AsGiven, Frozen
from ftspec.text.frozen import frozen

Trial = tuple[str, ...]
"""The settings of one trial, as `--set` takes them: `router.learning_rate=3e-4`."""


@frozen
class Choice:
    """`choice(8, 16, 32)`: one of some values."""

    path: str
    """The attribute: `router.batch_size`."""

    values: tuple[str, ...]
    """As written."""

    def at(self, share: float) -> str:
        """The value at a place between 0 and 1."""
        return self.values[min(int(share * len(self.values)), len(self.values) - 1)]


@frozen
class Range:
    """`range(1e-4, 1e-3, scale = log)`: a number between two."""

    path: str
    low: Decimal
    high: Decimal
    unit: str = ""
    """What follows the number, as written: `%`, ` epochs`."""

    scale: Literal["linear", "log"] = "linear"
    whole: bool = False
    """Whether both ends are whole numbers, and what lies between them with them."""

    def at(self, share: float) -> str:
        """The value at a place between 0 and 1, to three digits."""
        low, high = float(self.low), float(self.high)
        value = math.exp(math.log(low) + share * math.log(high / low)) if self.scale == "log" else 0.0
        if self.scale == "linear":
            value = low + share * (high - low)
        text = str(round(value)) if self.whole else f"{value:.3g}"
        return f"{text}{self.unit}"


class Search(Frozen):
    """Values to try before the gates: each trial trains with some of them, and the best by the metric is judged.

    `maximize = accuracy(tickets.validation)` or `minimize = loss(tickets.validation)` names the metric, on rows that no
    stage trains on and no `require` reads. Every other attribute is a dotted path with the values it may have:
    `router.learning_rate = range(1e-4, 1e-3, scale = log)`, `router.batch_size = choice(8, 16)`. All trials stand in
    the plan before the first of them runs.
    """

    trials: int = Field(ge=1, le=1000)
    """How many trainings to compare; each combination once where only choices are given and they have no more."""

    seed: int = Field(default=0, ge=0)
    """The seed of the draws."""

    maximize: str | None = None
    """The metric whose largest value wins, in the one formatting."""

    minimize: str | None = None
    """The metric whose smallest value wins, in the one formatting."""

    score: Annotated[Score | None, AsGiven()] = Field(default=None, exclude=True)
    """The metric as it was read."""

    explored: Annotated[tuple[Choice | Range, ...], AsGiven()] = ()
    """What is tried, in the order written."""

    @property
    def metric(self) -> str:
        """What decides between the trials, as written."""
        return self.maximize or self.minimize or ""

    @property
    def direction(self) -> Literal["maximize", "minimize"]:
        """Whether more of it is better."""
        return "minimize" if self.maximize is None else "maximize"


def trials_of(search: Search) -> tuple[Trial, ...]:
    """The settings of every trial, none twice.

    A Latin hypercube (McKay, Beckman and Conover 1979): with n trials, each n-th of each range is tried once. Random
    search finds good values as fast as grids do, or faster, where only a few of them matter (Bergstra and Bengio 2012).
    """
    choices = [each for each in search.explored if isinstance(each, Choice)]
    whole = math.prod(len(each.values) for each in choices) if len(choices) == len(search.explored) else math.inf
    if whole <= search.trials:
        lists = [[f"{each.path}={value}" for value in each.values] for each in choices]
        return tuple(product(*lists))
    columns = [list(_column(each, search)) for each in search.explored]
    return tuple(dict.fromkeys(zip(*columns, strict=True)))


def _column(explored: Choice | Range, search: Search) -> Iterator[str]:
    from random import Random

    random = Random(f"{search.seed} {explored.path}")
    places = list(range(search.trials))
    random.shuffle(places)
    for place in places:
        yield f"{explored.path}={explored.at((place + random.random()) / search.trials)}"
