"""Bootstrap draws: the right distribution, paired, clustered, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from ftspec.evaluate import resample
from ftspec.evaluate.resample import independent, left_out, resampled
from ftspec.evaluate.results import Scores
from tests.evaluate.scenes import scores


def losses(id: str, n: int, seed: int = 0, groups: list[str | None] | None = None) -> Scores:
    generator = np.random.default_rng(seed)
    tokens = generator.integers(5, 60, n)
    return scores(id, "loss", {"nll": tokens * generator.lognormal(0.5, 0.4, n), "tokens": tokens}, groups=groups)


def answers(id: str, n: int, seed: int = 0) -> Scores:
    generator = np.random.default_rng(seed)
    expected = generator.integers(0, 3, n)
    given = np.where(generator.random(n) < 0.8, expected, generator.integers(-1, 3, n))
    return scores(id, "f1", {"expected": expected, "given": given}, average="macro")


def plain_bootstrap(each: Scores, draws: int) -> np.ndarray:
    """The textbook way: draw items with replacement and compute the metric on them."""
    generator = np.random.default_rng(99)
    places = generator.integers(0, each.n, (draws, each.n))
    ones = np.ones((1, each.n))
    return np.array(
        [each.metric.statistic({k: v[drawn] for k, v in each.columns.items()}, ones)[0] for drawn in places]
    )


@pytest.mark.parametrize("make", [losses, answers])
def test_draws_are_distributed_as_the_textbook_says(make: object) -> None:
    each = make("score", 120)  # type: ignore[operator]
    drawn, plain = resampled([each], 4000, 0)["score"], plain_bootstrap(each, 4000)
    assert drawn.mean() == pytest.approx(plain.mean(), abs=4 * plain.std() / 60)
    assert drawn.std() == pytest.approx(plain.std(), rel=0.05)
    assert np.quantile(drawn, [0.025, 0.975]) == pytest.approx(np.quantile(plain, [0.025, 0.975]), rel=0.02)


def test_equal_rows_are_collapsed_and_others_are_not() -> None:
    assert resample._cells(resample.Frame((answers("score", 500),))) is not None
    assert resample._cells(resample.Frame((losses("score", 500),))) is None


def test_folds_of_many_items_keep_the_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    each = losses("score", 4000)
    whole = resampled([each], 4000, 0)["score"]
    monkeypatch.setattr(resample, "_FOLD", 400)
    folded = resampled([each], 4000, 0)["score"]
    assert len(resample._folds(each, np.random.default_rng(0))) == 10
    assert folded.mean() == pytest.approx(whole.mean(), rel=0.002)
    assert folded.std() == pytest.approx(whole.std(), rel=0.06)


def test_measurements_of_the_same_items_see_the_same_draws() -> None:
    one, two = losses("one", 50), losses("two", 50)
    drawn = resampled([one, two], 200, 0)
    assert np.array_equal(drawn["one"], drawn["two"])


def test_measurements_of_other_items_are_drawn_apart() -> None:
    from dataclasses import replace

    one, two = losses("one", 50), losses("two", 50)
    drawn = resampled([one, replace(two, items=tuple(f"x{n}" for n in range(50)))], 2000, 0)
    assert abs(np.corrcoef(drawn["one"], drawn["two"])[0, 1]) < 0.1


def test_whole_groups_are_drawn() -> None:
    groups: list[str | None] = [f"group {number % 6}" for number in range(60)]
    each = losses("score", 60, groups=groups)
    assert independent(each) == 6
    [fold] = resample._folds(each, np.random.default_rng(0))
    weights = resample._weights(fold, 50, np.random.default_rng(0))
    places, _ = fold[0]
    for group in set(groups):
        members = [column for column, place in enumerate(places) if groups[place] == group]
        assert (weights[:, members] == weights[:, members[:1]]).all()
    assert (weights.sum(axis=1) == 60).all()


def test_items_without_a_group_stand_alone_beside_groups() -> None:
    each = losses("score", 6, groups=["a", "a", None, None, "b", "b"])
    assert independent(each) == 4


def test_each_data_set_of_a_metric_is_drawn_by_itself() -> None:
    from dataclasses import replace

    each = replace(losses("score", 30), parts=(0,) * 10 + (1,) * 20)
    [fold] = resample._folds(each, np.random.default_rng(0))
    weights = resample._weights(fold, 40, np.random.default_rng(0))
    assert (weights[:, :10].sum(axis=1) == 10).all() and (weights[:, 10:].sum(axis=1) == 20).all()


def test_the_seed_decides() -> None:
    each = losses("score", 40)
    first, same, other = (resampled([each], 100, seed)["score"] for seed in (0, 0, 1))
    assert np.array_equal(first, same) and not np.array_equal(first, other)


def test_each_unit_is_left_out_in_turn() -> None:
    each = losses("score", 9, groups=["a", "a", None, "b", "b", None, None, None, None])
    found = left_out([each])
    assert found is not None and len(found["score"]) == 7
    nll, tokens = each.columns["nll"], each.columns["tokens"]
    without_a = nll[2:].sum() / tokens[2:].sum()
    assert np.isclose(found["score"], without_a).any()


def test_too_many_units_are_not_left_out_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resample, "_FOLD", 5)
    assert left_out([losses("score", 6)]) is None
    assert left_out([losses("score", 5)]) is not None
