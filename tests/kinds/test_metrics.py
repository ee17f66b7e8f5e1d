"""Every metric against its reference library, and the one promise they all make about weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from ftspec.kinds.metrics import Answer, Continuation, Metric, NotComputable, Observation, Timing, TokenLoss
from ftspec.kinds.registry import make

LABELS = ["billing", "general", "technical", "spam"]
SAME = 1e-9
REFERENCES = {"precision": precision_score, "recall": recall_score, "f1": f1_score}


def metric(name: str, **arguments: Any) -> Metric:
    found = make("metrics", {"name": name, "arguments": arguments})
    assert isinstance(found, Metric)
    return found


def answered(pairs: Sequence[tuple[str, str]]) -> list[Answer]:
    return [Answer(f"row {n}", "?", expected, given) for n, (expected, given) in enumerate(pairs)]


def some_answers(seed: int, n: int = 60) -> list[Answer]:
    """Answers of which some are wrong and some outside the label set; one class is never answered."""
    generator = np.random.default_rng(seed)
    expected = generator.choice(LABELS, n, p=[0.5, 0.3, 0.15, 0.05])
    other = generator.choice([*LABELS[:3], "Billing.", ""], n)
    given = np.where(generator.random(n) < 0.6, expected, other)
    given = np.where(given == "spam", "billing", given)
    return answered([(str(e), str(g)) for e, g in zip(expected, given, strict=True)])


def observations(name: str, seed: int, n: int = 40) -> list[Observation]:
    generator = np.random.default_rng(seed)
    match name:
        case "perplexity" | "loss":
            tokens = generator.integers(1, 50, n)
            return [TokenLoss(f"row {i}", float(t * generator.uniform(1, 4)), int(t)) for i, t in enumerate(tokens)]
        case "latency" | "throughput":
            return [
                Timing(f"row {i}", float(s), int(k))
                for i, (s, k) in enumerate(zip(generator.exponential(1, n), generator.integers(1, 9, n), strict=True))
            ]
        case "memorization":
            return [Continuation(f"row {i}", "", (1, 2), (1, int(generator.integers(2, 4)))) for i in range(n)]
        case _:
            return list(some_answers(seed, n))


EVERY = [
    ("accuracy", {}),
    ("exact_match", {}),
    *[(name, {"average": average}) for name in REFERENCES for average in ("macro", "micro", "weighted")],
    *[(name, {"label": "general"}) for name in REFERENCES],
    ("perplexity", {}),
    ("loss", {}),
    ("memorization", {}),
    ("latency", {"percentile": 95.0}),
    ("latency", {"percentile": 50.0}),
    ("throughput", {}),
]


@pytest.mark.parametrize("seed", range(5))
def test_accuracy_is_that_of_scikit_learn(seed: int) -> None:
    answers = some_answers(seed)
    columns = metric("accuracy").columns(answers)
    reference = accuracy_score([a.expected for a in answers], [a.given for a in answers])
    assert metric("accuracy").point(columns) == pytest.approx(reference, abs=SAME)


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
@pytest.mark.parametrize("seed", range(5))
def test_averaged_scores_are_those_of_scikit_learn(name: str, average: str, seed: int) -> None:
    answers = some_answers(seed)
    expected, given = [a.expected for a in answers], [a.given for a in answers]
    reference = REFERENCES[name](expected, given, labels=sorted(set(expected)), average=average, zero_division=0)
    scorer = metric(name, average=average)
    columns = scorer.columns(answers)
    assert scorer.point(columns) == pytest.approx(reference, abs=SAME)
    assert scorer.statistic(columns, np.ones((1, len(answers))))[0] == pytest.approx(reference, abs=SAME)


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("label", LABELS)
def test_the_score_of_one_class_is_that_of_scikit_learn(name: str, label: str) -> None:
    answers = some_answers(7)
    expected, given = [a.expected for a in answers], [a.given for a in answers]
    reference = REFERENCES[name](expected, given, labels=[label], average="macro", zero_division=0)
    scorer = metric(name, label=label)
    columns = scorer.columns(answers)
    assert scorer.point(columns) == pytest.approx(reference, abs=SAME)
    assert scorer.statistic(columns, np.ones((1, len(answers))))[0] == pytest.approx(reference, abs=SAME)


@pytest.mark.parametrize(("name", "arguments"), EVERY)
def test_all_weights_one_give_the_value_itself(name: str, arguments: dict[str, Any]) -> None:
    scorer = metric(name, **arguments)
    columns = scorer.columns(observations(name, 3))
    n = len(next(iter(columns.values())))
    assert scorer.statistic(columns, np.ones((2, n))) == pytest.approx([scorer.point(columns)] * 2, abs=SAME)


@pytest.mark.parametrize(("name", "arguments"), EVERY)
def test_an_item_of_weight_k_is_k_items(name: str, arguments: dict[str, Any]) -> None:
    """What makes a bootstrap draw of weights a bootstrap draw of items."""
    scorer = metric(name, **arguments)
    seen = observations(name, 4)
    weights = np.random.default_rng(5).integers(0, 4, len(seen))
    repeated = [each for each, times in zip(seen, weights, strict=True) for _ in range(times)]
    columns = scorer.columns(seen)
    drawn = scorer.statistic(columns, weights[None, :].astype(float))[0]
    assert drawn == pytest.approx(scorer.point(scorer.columns(repeated)), abs=SAME)


def test_a_class_without_rows_in_a_draw_is_left_out_of_its_macro_average() -> None:
    scorer = metric("f1", average="macro")
    columns = scorer.columns(answered([("a", "a"), ("a", "b"), ("b", "b")]))
    without_b = scorer.statistic(columns, np.array([[1.0, 1.0, 0.0]]))
    assert without_b == pytest.approx([2 / 3], abs=SAME)


def test_an_answer_outside_the_label_set_is_wrong_and_no_false_alarm() -> None:
    answers = answered([("yes", "yes"), ("yes", "Yes, it is"), ("no", "no")])
    assert metric("accuracy").point(metric("accuracy").columns(answers)) == pytest.approx(2 / 3)
    precision = metric("precision", average="micro")
    assert precision.point(precision.columns(answers)) == 1.0
    recall = metric("recall", label="yes")
    assert recall.point(recall.columns(answers)) == 0.5


def test_white_space_around_an_answer_does_not_count() -> None:
    answers = answered([("yes", " yes\n"), ("no", "no")])
    assert metric("accuracy").point(metric("accuracy").columns(answers)) == 1.0


@pytest.mark.parametrize("name", ["accuracy", "precision", "recall", "f1"])
def test_one_class_has_no_classification_score(name: str) -> None:
    with pytest.raises(NotComputable, match="every row expects the same answer, 'yes'"):
        metric(name).columns(answered([("yes", "yes"), ("yes", "no")]))


@pytest.mark.parametrize("name", ["accuracy", "f1", "exact_match", "perplexity", "loss", "latency", "throughput"])
def test_no_rows_have_no_score(name: str) -> None:
    with pytest.raises(NotComputable, match="no row to score"):
        metric(name).columns([])


def test_memorization_without_a_row_long_enough_has_no_score() -> None:
    with pytest.raises(NotComputable, match="16 tokens"):
        metric("memorization").columns([])


def test_a_label_that_no_row_expects_has_no_score() -> None:
    with pytest.raises(NotComputable, match="no row expects 'refund'"):
        metric("f1", label="refund").columns(some_answers(0))


def test_a_loss_that_is_not_a_number_has_no_score() -> None:
    losses = [TokenLoss("good", 1.0, 2), TokenLoss("broken", math.nan, 2)]
    with pytest.raises(NotComputable, match="1 rows is not a finite number, broken"):
        metric("perplexity").columns(losses)


def test_rows_without_tokens_have_no_loss() -> None:
    with pytest.raises(NotComputable, match="no row has a token"):
        metric("loss").columns([TokenLoss("empty", 0.0, 0)])


def test_perplexity_counts_every_token_once() -> None:
    losses = [TokenLoss("long", 90.0, 30), TokenLoss("short", 1.0, 1)]
    scorer = metric("perplexity")
    assert scorer.point(scorer.columns(losses)) == pytest.approx(math.exp(91 / 31), abs=SAME)


@pytest.mark.parametrize("percentile", [0.0, 5.0, 50.0, 95.0, 99.9, 100.0])
def test_latency_is_numpys_percentile(percentile: float) -> None:
    seen = observations("latency", 11, 57)
    scorer = metric("latency", percentile=percentile)
    seconds = [each.seconds for each in seen if isinstance(each, Timing)]
    assert scorer.point(scorer.columns(seen)) == pytest.approx(np.percentile(seconds, percentile), abs=SAME)


def test_exact_match_can_look_past_case_and_punctuation() -> None:
    answers = answered([("Paris.", "paris"), ("Rome", "Oslo")])
    assert metric("exact_match").columns(answers)["hit"].tolist() == [0.0, 0.0]
    lenient = metric("exact_match", ignore_case=True, ignore_punctuation=True)
    assert lenient.columns(answers)["hit"].tolist() == [1.0, 0.0]


def test_one_class_and_an_average_exclude_each_other() -> None:
    with pytest.raises(ValueError, match="nothing to average"):
        metric("f1", average="macro", label="billing")


def test_metrics_survive_their_record() -> None:
    for name, arguments in EVERY:
        scorer = metric(name, **arguments)
        assert make("metrics", scorer.model_dump(mode="json")) == scorer
