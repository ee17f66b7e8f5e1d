"""Two runs side by side, and old data beside new."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ftspec.evaluate import Measurements, Scores
from ftspec.evaluate.compare import compare, mcnemar
from ftspec.evaluate.drift import input_drift, score_drift
from tests.evaluate.scenes import scores, sentence


def hits(values: list[int]) -> Scores:
    return scores("accuracy(tickets.test)", "accuracy", {"hit": [float(value) for value in values]})


def both(one: Scores, two: Scores) -> tuple[Measurements, Measurements]:
    return Measurements({one.measurement.id: one}), Measurements({two.measurement.id: two})


@pytest.mark.parametrize(("better", "worse"), [(0, 0), (1, 0), (3, 9), (9, 3), (20, 20), (0, 12)])
def test_mcnemar_is_the_exact_binomial_test(better: int, worse: int) -> None:
    from scipy.stats import binomtest

    changed = better + worse
    reference = binomtest(better, changed, 0.5).pvalue if changed else 1.0
    assert mcnemar(better, worse) == pytest.approx(reference, abs=1e-9)


def test_items_that_changed_are_named() -> None:
    [found] = compare(*both(hits([1, 1, 0, 0, 1]), hits([1, 0, 1, 1, 1])))
    assert (found.better, found.worse) == (("row 2", "row 3"), ("row 1",))
    assert (found.one, found.two, found.difference, found.n) == pytest.approx((0.6, 0.8, 0.2, 5))
    assert found.p == pytest.approx(mcnemar(2, 1))
    assert found.interval is not None and found.interval[0] < 0 < found.interval[1]


def test_only_shared_items_are_compared() -> None:
    one, two = hits([1, 0, 0, 1]), hits([0, 1, 1])
    two = replace(two, items=("row 3", "row 1", "other"))
    [found] = compare(*both(one, two))
    assert (found.n, found.better, found.worse) == (2, ("row 1",), ("row 3",))


def test_runs_without_a_shared_item_say_so() -> None:
    two = replace(hits([1, 0]), items=("x", "y"))
    [found] = compare(*both(hits([1, 0]), two))
    assert (found.n, found.difference, found.interval, found.p) == (0, None, None, None)


def test_losses_have_a_paired_difference_and_no_test_of_changes() -> None:
    generator = np.random.default_rng(0)
    tokens = generator.integers(5, 50, 60)
    first = tokens * generator.lognormal(1, 0.4, 60)
    one = scores("loss(english)", "loss", {"nll": first, "tokens": tokens})
    two = scores("loss(english)", "loss", {"nll": first * 0.9, "tokens": tokens})
    [found] = compare(*both(one, two))
    assert found.p is None and found.better == ()
    assert found.interval is not None and found.interval[1] < 0


def test_a_measurement_that_one_run_lacks_is_left_out() -> None:
    one = Measurements({"accuracy(tickets.test)": hits([1, 0])})
    assert compare(one, Measurements({})) == []


def texts(seed: int, count: int, words: int = 8) -> list[str]:
    generator = np.random.default_rng(seed)
    return [sentence(generator, int(generator.integers(3, words))) for _ in range(count)]


def test_data_of_the_same_kind_has_not_drifted() -> None:
    found = input_drift(texts(0, 60), texts(1, 50))
    assert [each.name for each in found] == ["length", "vocabulary", "meaning"]
    assert all(each.p > 0.05 for each in found)


def test_longer_texts_are_found_by_length_alone_first() -> None:
    length, *_ = input_drift(texts(0, 60), texts(1, 60, words=20))
    assert length.p <= 0.005 and length.value > 3


def test_other_words_are_found_by_vocabulary_and_meaning() -> None:
    other = [text.replace("bill", "Rechnung").replace("the", "die").replace("open", "offen") for text in texts(1, 60)]
    length, vocabulary, meaning = input_drift(texts(0, 60), other)
    assert length.p > 0.05
    assert vocabulary.p <= 0.005 and meaning.p <= 0.005


def test_texts_without_a_word_in_common_are_a_whole_distance_apart() -> None:
    _, vocabulary, _ = input_drift(["alpha beta", "beta gamma"] * 5, ["uno due", "tre"] * 5)
    assert vocabulary.value == pytest.approx(1.0)


def test_false_alarms_are_as_rare_as_the_p_value_says(monkeypatch: pytest.MonkeyPatch) -> None:
    from ftspec.evaluate import drift

    monkeypatch.setattr(drift, "PERMUTATIONS", 99)
    alarms = [
        each.p <= 0.05 for seed in range(40) for each in input_drift(texts(seed, 15), texts(seed + 500, 15), seed)
    ]
    assert np.mean(alarms) < 0.12


def test_drift_needs_texts() -> None:
    with pytest.raises(ValueError, match="two texts on each side"):
        input_drift(["one"], texts(0, 5))


def test_drift_is_the_same_for_the_same_seed() -> None:
    assert input_drift(texts(0, 20), texts(1, 20)) == input_drift(texts(0, 20), texts(1, 20))


@pytest.mark.parametrize(("right", "has_moved"), [(88, False), (60, True)])
def test_scores_drift(right: int, has_moved: bool) -> None:
    old, new = hits([1] * 90 + [0] * 10), hits([1] * right + [0] * (100 - right))
    found = score_drift(old, new)
    assert found is not None
    assert (found.old, found.new, found.has_moved) == (0.9, right / 100, has_moved)


def test_a_score_without_a_value_has_no_drift() -> None:
    assert score_drift(hits([1, 0]), replace(hits([1, 0]), value=None, reason="no row")) is None


@pytest.mark.parametrize("text", ["", "?!", "😀", "  "])
def test_texts_without_words_are_compared_too(text: str) -> None:
    found = input_drift([text] * 9, [text] * 9)
    assert all(each.p == 1 for each in found)
    assert input_drift([text] * 9, ["the bill is late"] * 9)[1].p <= 0.01
