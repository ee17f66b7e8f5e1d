"""How often intervals hold the truth, by simulation: 94 to 96 % at nominal 95 %.

Each case draws data sets from a known population, takes the interval that a gate would show, and counts how often the
population's own value lies in it. The populations are of the kinds that gates meet: skewed losses, unequal classes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from ftspec.evaluate import Scores
from ftspec.evaluate.contrast import Contrast
from ftspec.evaluate.intervals import order_statistics, wilson
from ftspec.evaluate.spread import Spread
from tests.evaluate.scenes import scores

RUNS, FEWER = 8000, 3000
"""Data sets in a case; fewer where each takes a bootstrap."""

DRAWS = 1000
POPULATION = 1_000_000

Columns = dict[str, Any]
Draw = Callable[[np.random.Generator, int], tuple[Columns, Columns]]
"""Columns of the tuned and of the base model on the same n items."""


def losses(generator: np.random.Generator, n: int) -> tuple[Columns, Columns]:
    """Rows of 5 to 60 tokens whose difficulty is log-normal; the tuned model is a little worse on most."""
    tokens = generator.integers(5, 60, n)
    base = tokens * np.exp(generator.normal(1.2, 0.3, n))
    tuned = base * np.exp(generator.normal(0.02, 0.05, n))
    return {"nll": tuned, "tokens": tokens}, {"nll": base, "tokens": tokens}


def answers(generator: np.random.Generator, n: int) -> tuple[Columns, Columns]:
    """Three unequal classes; the base model is right on a third, the tuned one on nine in ten."""
    expected = generator.choice(3, n, p=[0.5, 0.3, 0.2])

    def given(shares: list[float]) -> Any:
        right = generator.random(n) < np.array(shares)[expected]
        return np.where(right, expected, (expected + generator.integers(1, 3, n)) % 3)

    tuned, base = given([0.95, 0.9, 0.8]), given([0.4, 0.3, 0.3])
    return {"expected": expected, "given": tuned}, {"expected": expected, "given": base}


def hits(generator: np.random.Generator, n: int) -> tuple[Columns, Columns]:
    base = generator.random(n) < 0.4
    tuned = generator.random(n) < np.where(base, 0.97, 0.85)
    return {"hit": tuned.astype(float)}, {"hit": base.astype(float)}


def overlaps(generator: np.random.Generator, n: int) -> tuple[Columns, Columns]:
    tuned, base = generator.beta(2.0, 1.2, n), generator.beta(0.8, 1.6, n)
    return {"score": tuned}, {"score": base}


@dataclass(frozen=True)
class Case:
    metric: str
    draw: Draw
    of: str
    n: int

    @property
    def runs(self) -> int:
        return FEWER if self.metric == "f1" else RUNS

    def spread(self, generator: np.random.Generator, n: int, seed: int) -> Spread:
        tuned, base = self.draw(generator, n)
        measured = {"tuned": scores("tuned", self.metric, tuned), "base": scores("base", self.metric, base)}
        kept: dict[str, Scores] = measured if self.of != "value" else {"tuned": measured["tuned"]}
        contrast = Contrast(self.of, ">=", 0.0, "tuned", "base" if self.of != "value" else "")  # type: ignore[arg-type]
        return Spread(contrast, kept, DRAWS, seed)


CASES = [
    Case("perplexity", losses, "ratio", 60),
    Case("perplexity", losses, "ratio", 200),
    Case("loss", losses, "value", 200),
    Case("loss", losses, "difference", 200),
    Case("f1", answers, "value", 200),
    Case("f1", answers, "difference", 100),
    Case("accuracy", hits, "difference", 68),
    Case("rouge_l", overlaps, "value", 60),
    Case("rouge_l", overlaps, "difference", 60),
]


def covered(case: Case) -> float:
    """The share of data sets whose interval holds the population's value."""
    generator = np.random.default_rng(0)
    truth = case.spread(generator, POPULATION, 0).point
    held = 0
    for seed in range(case.runs):
        interval = case.spread(generator, case.n, seed).interval(0.95)
        assert interval is not None
        held += interval[0] <= truth <= interval[1]
    return held / case.runs


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.metric} {case.of} n {case.n}")
def test_intervals_hold_the_truth_as_often_as_they_say(case: Case) -> None:
    assert 0.94 <= covered(case) <= 0.96


def test_wilson_covers_as_it_says_on_the_average_over_shares() -> None:
    """Exactly, not by simulation: the binomial weight of all counts whose interval holds the share."""
    from scipy.stats import binom

    for n in (20, 68, 200, 1000):
        ends = np.array([wilson(hits, n, 0.95) for hits in range(n + 1)])
        shares = np.linspace(0.5, 0.99, 200)
        held = [binom.pmf(np.arange(n + 1), n, p)[(ends[:, 0] <= p) & (p <= ends[:, 1])].sum() for p in shares]
        assert 0.95 <= np.mean(held) <= 0.956


@pytest.mark.parametrize(("share", "n"), [(0.5, 25), (0.5, 100), (0.95, 80), (0.95, 400)])
def test_order_statistics_cover_at_least_what_they_say(share: float, n: int) -> None:
    generator = np.random.default_rng(0)
    truth = -np.log(1 - share)
    intervals = [order_statistics(generator.exponential(1, n), share, 0.95) for _ in range(3000)]
    held = np.mean([each is not None and each[0] <= truth <= each[1] for each in intervals])
    assert 0.945 <= held <= 0.985


def test_too_few_values_have_no_interval_of_a_high_percentile() -> None:
    values = np.random.default_rng(0).exponential(1, 71)
    assert order_statistics(values, 0.95, 0.95) is None
    assert order_statistics(np.append(values, [1.0, 2.0]), 0.95, 0.95) is not None
    assert order_statistics(values, 0.5, 0.95) is not None
