"""The smallest difference that n items can see."""

from __future__ import annotations

import subprocess
import sys

import pytest
from scipy.stats import binom

from ftspec.plan.detectable import smallest_difference


def test_the_contracts_example() -> None:
    assert 100 * smallest_difference(68, 0.9) == pytest.approx(9.9, abs=0.05)


def test_more_items_see_smaller_differences() -> None:
    reaches = [smallest_difference(n, 0.9) for n in (10, 68, 500, 10_000)]
    assert reaches == sorted(reaches, reverse=True)
    assert reaches[-1] == pytest.approx(2.8 * (0.9 * 0.1 / 10_000) ** 0.5, rel=0.01)


def test_the_worst_case_is_a_half() -> None:
    assert smallest_difference(100) == smallest_difference(100, 0.5) > smallest_difference(100, 0.8)


@pytest.mark.parametrize("n", [0, 1])
def test_one_item_sees_nothing(n: int) -> None:
    assert smallest_difference(n, 0.9) == 1.0


def test_a_bound_of_everything_looks_down_only() -> None:
    assert 0 < smallest_difference(50, 1.0) < 0.1


@pytest.mark.parametrize(("n", "share"), [(200, 0.8), (500, 0.9), (1000, 0.5)])
def test_a_difference_of_that_size_is_seen_four_times_in_five(n: int, share: float) -> None:
    """Against the exact binomial: how often a 5 % test against `share` sees a true share below it."""
    from ftspec.plan.detectable import _reach

    reach = _reach(n, share, -1)
    assert reach is not None
    critical = binom.ppf(0.025, n, share) - 1
    assert binom.cdf(critical, n, share - reach) == pytest.approx(0.8, abs=0.06)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_from_none_and_from_all_one_item_tells(share: float) -> None:
    """0 of 129: a true share of 0.5 % would show itself in half of all cases only."""
    reach = smallest_difference(129, share)
    assert binom.sf(0, 129, reach) == pytest.approx(0.8)
    assert smallest_difference(129, share, exact_ends=False) < reach


def test_it_needs_the_standard_library_alone() -> None:
    code = "import sys; import ftspec.plan.detectable; sys.exit(any(m in sys.modules for m in ('numpy', 'scipy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
