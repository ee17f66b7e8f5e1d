"""Intervals against their reference libraries."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, bootstrap

from ftspec.evaluate.intervals import freedom, percentile, tango, wilson


@pytest.mark.parametrize(("hits", "n"), [(0, 5), (1, 7), (50, 68), (68, 68), (990, 1000)])
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_wilson_is_that_of_scipy(hits: int, n: int, confidence: float) -> None:
    reference = binomtest(hits, n).proportion_ci(confidence, method="wilson")
    assert wilson(hits, n, confidence) == pytest.approx((reference.low, reference.high), abs=1e-9)


def test_tango_is_the_published_example() -> None:
    """Bentur et al. 2009 in Fagerland, Lydersen and Laake 2014, table 2: of 21 children 1 gained and 7 lost."""
    assert tango(1, 7, 21, 0.95) == pytest.approx((-0.517, -0.026), abs=5e-4)


@pytest.mark.parametrize(("gained", "lost", "n"), [(7, 1, 40), (0, 3, 25), (12, 12, 90)])
def test_tango_ends_where_the_score_test_rejects(gained: int, lost: int, n: int) -> None:
    """The score statistic at both ends is ±1.96, with the restricted likelihood maximised numerically."""
    for end, sign in zip(tango(gained, lost, n, 0.95), (1, -1), strict=True):
        shares = np.linspace(max(0, -end) + 1e-9, (1 - end) / 2 - 1e-9, 400_001)
        kept = np.maximum(1 - end - 2 * shares, 1e-300)
        likelihood = gained * np.log(shares + end) + lost * np.log(shares) + (n - gained - lost) * np.log(kept)
        share = shares[likelihood.argmax()]
        deviation = np.sqrt(n * (2 * share + end * (1 - end)))
        assert (gained - lost - n * end) / deviation == pytest.approx(sign * 1.959964, abs=2e-3)


def test_tango_does_not_collapse_when_nothing_changed() -> None:
    low, high = tango(0, 0, 68, 0.95)
    assert low == pytest.approx(-high) and high == pytest.approx(wilson(0, 68, 0.95)[1], abs=1e-3)


def test_tango_is_mirrored_when_gains_are_losses() -> None:
    gains, losses = tango(9, 3, 50, 0.95), tango(3, 9, 50, 0.95)
    assert gains == pytest.approx((-losses[1], -losses[0]), abs=1e-9)


def test_the_widened_percentile_interval_meets_scipys_for_many_items() -> None:
    values = np.random.default_rng(0).exponential(1, 2000)
    means = np.random.default_rng(1).choice(values, (4000, 2000)).mean(axis=1)
    reference = bootstrap((values,), np.mean, n_resamples=4000, method="percentile", random_state=2)
    interval = reference.confidence_interval
    assert percentile(means, 2000, 0.95) == pytest.approx((interval.low, interval.high), rel=0.01)


def test_the_percentile_interval_is_wider_for_fewer_items() -> None:
    draws = np.random.default_rng(0).normal(size=10_000)
    widths = [high - low for low, high in (percentile(draws, n, 0.95) for n in (5, 30, 1000))]
    assert widths[0] > widths[1] > widths[2] > 3.9


def test_heavy_tails_leave_fewer_degrees_of_freedom() -> None:
    generator = np.random.default_rng(0)
    light, heavy = generator.uniform(size=200), generator.standard_t(5, 200)
    assert freedom(light) == 199
    assert 10 < freedom(heavy) < 150
    assert freedom(np.full(20, 0.3)) == 19


def test_degrees_of_freedom_are_those_of_satterthwaite() -> None:
    """Normal values have kurtosis 3, and their variance has as many degrees of freedom as there are values."""
    assert freedom(np.random.default_rng(0).normal(size=100_000)) == pytest.approx(100_000, rel=0.03)
