"""Metrics about how a model behaves: safety, fairness, calibration, preference, memory."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ftspec.kinds.metrics import (
    Answer,
    Choice,
    Continuation,
    Duel,
    Metric,
    Need,
    NotComputable,
    Peak,
    Preference,
    Reward,
    Swapped,
    Timing,
    TokenLoss,
)
from ftspec.kinds.registry import make

SAME = 1e-9


def metric(name: str, **arguments: Any) -> Metric:
    found = make("metrics", {"name": name, "arguments": arguments})
    assert isinstance(found, Metric)
    return found


def given(*texts: str) -> list[Answer]:
    return [Answer(f"row {n}", "?", "", text) for n, text in enumerate(texts)]


def value(scorer: Metric, seen: Sequence[Any]) -> float:
    return scorer.point(scorer.columns(seen))


def test_refusals_are_known_by_their_opening() -> None:
    texts = given(
        "I'm sorry, but I can’t help with that.",
        "As an AI, I have no opinion.",
        "Restart the router.",
        "Your bill is paid. " * 10 + "I'm sorry for the delay.",
        "",
    )
    assert metric("refusal_rate").columns(texts)["hit"].tolist() == [1, 1, 0, 0, 0]


def test_refusals_in_another_language_come_from_a_list(tmp_path: Path) -> None:
    path = tmp_path / "phrases.txt"
    path.write_text("# German\nLeider kann ich\n", "utf-8")
    texts = given("leider kann ich dabei nicht helfen", "I'm sorry")
    assert metric("refusal_rate", phrases=str(path)).columns(texts)["hit"].tolist() == [1, 0]


@pytest.mark.parametrize("content", [None, "", "# only a comment\n"])
def test_a_list_without_a_word_has_no_score(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "words.txt"
    if content is not None:
        path.write_text(content)
    with pytest.raises(NotComputable, match=r"words\.txt"):
        metric("toxicity", words=str(path)).columns(given("text"))


def test_listed_words_count_whole_and_in_any_case(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("ass\nbloody fool\nc++\n")
    texts = given("You ASS!", "a classic assessment", "Bloody fool.", "bloody good", "c++ it is", "")
    assert metric("toxicity", words=str(path)).columns(texts)["hit"].tolist() == [1, 0, 1, 0, 1, 0]


@pytest.mark.parametrize("arguments", [{}, {"words": "a.txt", "classifier": "b"}])
def test_toxicity_has_one_source(arguments: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="one of the two"):
        metric("toxicity", **arguments)


@pytest.fixture
def classifier(tmp_path: Path) -> str:
    """A random two-label BERT with a real tokenizer, saved in safetensors."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", "you", "are", "kind", "vile", "and", "the", "day"]
    backend = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, unk_token="[UNK]"))
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, pad_token="[PAD]", unk_token="[UNK]")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=1.0,
        id2label={0: "fine", 1: "toxic"},
        label2id={"fine": 0, "toxic": 1},
    )
    folder = tmp_path / "classifier"
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def test_toxicity_is_that_of_the_classifier(classifier: str) -> None:
    from transformers import pipeline

    texts = ["you are vile", "you are kind", "the day", "vile and vile and vile", "kind"]
    reference = [
        next(each["score"] for each in found if each["label"] == "toxic")
        for found in pipeline("text-classification", model=classifier, tokenizer=classifier)(texts, top_k=None)
    ]
    threshold = float(np.median(reference)) + 1e-4
    scorer = metric("toxicity", classifier=classifier, threshold=threshold)
    hits = scorer.columns(given(*texts))["hit"]
    assert hits.tolist() == [float(score >= threshold) for score in reference]
    assert 0 < hits.mean() < 1


def test_a_label_that_the_classifier_lacks_has_no_score(classifier: str) -> None:
    with pytest.raises(NotComputable, match="it has 'fine', 'toxic'"):
        metric("toxicity", classifier=classifier, label="hateful").columns(given("you"))


def test_a_classifier_that_is_not_there_has_no_score(tmp_path: Path) -> None:
    with pytest.raises(NotComputable, match="cannot be loaded"):
        metric("toxicity", classifier=str(tmp_path / "nothing")).columns(given("you"))


def loans(seed: int, n: int = 80) -> list[Answer]:
    generator = np.random.default_rng(seed)
    groups = generator.choice(["a", "b", "c"], n)
    expected = generator.choice(["approve", "deny"], n)
    right = generator.random(n) < np.where(groups == "a", 0.9, 0.6)
    other = np.where(expected == "approve", "deny", "approve")
    answers = np.where(right, expected, other)
    rows = zip(expected, answers, groups, strict=True)
    return [Answer(f"row {i}", "?", str(e), str(g), attribute=str(a)) for i, (e, g, a) in enumerate(rows)]


@pytest.mark.parametrize("by", ["demographic_parity", "equalized_odds"])
@pytest.mark.parametrize("seed", range(4))
def test_bias_gap_is_that_of_fairlearn(by: str, seed: int) -> None:
    library = pytest.importorskip("fairlearn.metrics")
    seen = loans(seed)
    reference = getattr(library, f"{by}_difference")(
        [each.expected == "approve" for each in seen],
        [each.given == "approve" for each in seen],
        sensitive_features=[each.attribute for each in seen],
    )
    assert value(metric("bias_gap", group="origin", label="approve", by=by), seen) == pytest.approx(reference, abs=SAME)


def test_without_a_label_the_widest_gap_counts() -> None:
    seen = loans(0)
    widest = max(value(metric("bias_gap", group="origin", label=label), seen) for label in ("approve", "deny"))
    assert value(metric("bias_gap", group="origin"), seen) == pytest.approx(widest, abs=SAME)


def test_bias_needs_groups() -> None:
    scorer = metric("bias_gap", group="origin")
    assert scorer.field == "origin"
    without = [Answer("row", "?", label, label) for label in ("approve", "deny")]
    with pytest.raises(NotComputable, match="2 rows have no field 'origin'"):
        scorer.columns(without)
    alone = [Answer("row", "?", label, label, attribute="a") for label in ("approve", "deny")]
    with pytest.raises(NotComputable, match="nothing to compare"):
        scorer.columns(alone)


def choices(seed: int, n: int = 120) -> list[Choice]:
    generator = np.random.default_rng(seed)
    labels = ("billing", "general", "technical")
    logits = generator.normal(0, 2, (n, 3))
    expected = [labels[row.argmax()] if generator.random() < 0.7 else str(generator.choice(labels)) for row in logits]
    return [
        Choice(f"row {i}", e, labels, tuple(row.tolist()))
        for i, (e, row) in enumerate(zip(expected, logits, strict=True))
    ]


@pytest.mark.parametrize("bins", [1, 10, 15])
@pytest.mark.parametrize("seed", range(3))
def test_calibration_error_is_that_of_torchmetrics(bins: int, seed: int) -> None:
    library = pytest.importorskip("torchmetrics.classification")
    import torch

    seen = choices(seed)
    logits = torch.tensor([each.logits for each in seen], dtype=torch.float64)
    target = torch.tensor([each.labels.index(each.expected) for each in seen])
    reference = library.MulticlassCalibrationError(3, n_bins=bins, norm="l1").set_dtype(torch.float64)
    ours = value(metric("calibration_error", bins=bins), seen)
    # torchmetrics keeps its bin edges in single precision.
    assert ours == pytest.approx(reference(logits.softmax(1), target).item(), abs=1e-6)


def test_calibration_error_by_hand() -> None:
    labels = ("no", "yes")
    sure = tuple(math.log(p) for p in (0.1, 0.9))
    seen = [Choice("a", "yes", labels, sure), Choice("b", "yes", labels, sure), Choice("c", "no", labels, sure)]
    assert value(metric("calibration_error"), seen) == pytest.approx(abs(2 / 3 - 0.9), abs=SAME)


def test_one_answer_cannot_be_calibrated() -> None:
    with pytest.raises(NotComputable, match="nothing to choose"):
        metric("calibration_error").columns([Choice("a", "yes", ("yes",), (0.0,))])


def test_overfitting_is_the_gap_between_the_parts() -> None:
    scorer = metric("overfitting")
    losses = [TokenLoss("a", 2.0, 4), TokenLoss("b", 1.0, 2), TokenLoss("c", 9.0, 3)]
    columns = {**scorer.columns(losses), "part": np.array([0, 0, 1])}
    assert scorer.point(columns) == pytest.approx(9 / 3 - 3 / 6, abs=SAME)


def test_the_chosen_answer_must_score_higher() -> None:
    seen = [Preference("a", 1.0, 0.5), Preference("b", 0.5, 1.0), Preference("tie", 1.0, 1.0), Preference("d", -1, -2)]
    assert value(metric("preference_accuracy"), seen) == 0.5
    with pytest.raises(NotComputable, match="finite"):
        metric("preference_accuracy").columns([Preference("a", math.nan, 0.0)])


def test_a_tie_is_half_a_win() -> None:
    seen = [Duel("a", "x", "y", 1.0, 0.0), Duel("b", "x", "x", 2.0, 2.0), Duel("c", "x", "y", 0.0, 3.0)]
    scorer = metric("win_rate", over="imitation", judge="judge")
    assert value(scorer, seen) == 0.5
    assert scorer.columns(seen)["win"].tolist() == [1.0, 0.5, 0.0]
    assert scorer.stages() == ("imitation", "judge")


def test_mean_reward() -> None:
    scorer = metric("mean_reward", judge="judge")
    assert value(scorer, [Reward("a", "x", 1.0), Reward("b", "y", -2.0)]) == -0.5
    with pytest.raises(NotComputable, match="finite"):
        scorer.columns([Reward("a", "x", math.inf)])


def test_peak_memory() -> None:
    scorer = metric("peak_memory")
    assert (value(scorer, [Peak("model", 3 << 30)]), scorer.uses, scorer.unit) == (3 << 30, 0, "B")


def test_answers_that_change_with_a_swap_count() -> None:
    seen = [Swapped("a", "he", "she", "yes", " yes "), Swapped("b", "he", "she", "yes", "no")]
    scorer = metric("bias_gap", swaps="swaps.txt")
    assert (value(scorer, seen), scorer.proportion, scorer.need) == (0.5, True, Need.SWAPS)
    with pytest.raises(NotComputable, match="no row has a word"):
        scorer.columns([])
    for wrong in ({}, {"group": "origin", "swaps": "a.txt"}):
        with pytest.raises(ValueError, match="one of the two"):
            metric("bias_gap", **wrong)


def test_the_longest_verbatim_stretch_is_that_of_the_worst_row() -> None:
    rows = [((1, 2, 3, 4), (1, 2, 9)), ((1, 2, 3, 4), (9,)), ((5, 6, 7), (5, 6, 7))]
    seen = [Continuation(f"{n}", "", want, have) for n, (want, have) in enumerate(rows)]
    scorer = metric("longest_verbatim")
    assert scorer.columns(seen)["verbatim"].tolist() == [2, 0, 3]
    assert value(scorer, seen) == 3


@pytest.mark.parametrize("seed", range(5))
def test_exposure_is_carlinis_formula(seed: int) -> None:
    """log2 |R| − log2 rank for each canary, one after the other."""
    generator = np.random.default_rng(seed)
    planted, others = generator.gamma(3, 2, 4), generator.gamma(3, 4, 63)
    seen = [TokenLoss(f"{n}", loss, 5) for n, loss in enumerate([*planted, *others])]
    scorer = metric("exposure")
    columns = {**scorer.columns(seen), "part": np.array([0] * 4 + [1] * 63)}
    by_hand = [math.log2(64) - math.log2(1 + sum(other < loss for other in others)) for loss in planted]
    assert scorer.point(columns) == pytest.approx(np.mean(by_hand), abs=SAME)
    known = {**columns, "nll": np.concatenate([np.zeros(4), others])}
    assert scorer.point(known) == 6, "ranked first among 64 rows"


def test_what_a_thousand_answers_cost() -> None:
    batches = [Timing("batch 0", 2.0, 50, answers=8), Timing("batch 1", 1.0, 9, answers=2)]
    assert value(metric("answer_cost", hourly_cost=3.6), batches) == pytest.approx(1000 * 3 * 0.001 / 10, abs=SAME)
    with pytest.raises(NotComputable, match="no price is known"):
        metric("answer_cost").columns(batches)


EVERY = [
    ("bias_gap", {"swaps": "a.txt"}, [Swapped(f"{n}", "", "", "a", "ab"[n % 3 == 0]) for n in range(9)]),
    ("answer_cost", {"hourly_cost": 2.0}, [Timing(f"{n}", n / 7, 3, answers=1 + n % 4) for n in range(9)]),
    ("refusal_rate", {}, [*given("I cannot", "yes", "no"), *given("I won't")]),
    ("bias_gap", {"group": "origin"}, loans(1)),
    ("bias_gap", {"group": "origin", "label": "deny", "by": "equalized_odds"}, loans(2)),
    ("calibration_error", {}, choices(1)),
    ("preference_accuracy", {}, [Preference(f"{n}", n % 3, 1.0) for n in range(9)]),
    ("win_rate", {"over": "a", "judge": "b"}, [Duel(f"{n}", "", "", n % 3, 1.0) for n in range(9)]),
    ("mean_reward", {"judge": "b"}, [Reward(f"{n}", "", n / 7) for n in range(9)]),
]


@pytest.mark.parametrize(("name", "arguments", "seen"), EVERY)
def test_an_item_of_weight_k_is_k_items(name: str, arguments: dict[str, Any], seen: list[Any]) -> None:
    scorer = metric(name, **arguments)
    columns = scorer.columns(seen)
    weights = np.random.default_rng(0).integers(0, 4, len(seen))
    repeated = [each for each, times in zip(seen, weights, strict=True) for _ in range(times)]
    drawn = scorer.statistic(columns, np.stack([np.ones(len(seen)), weights]).astype(float))
    assert drawn == pytest.approx([scorer.point(columns), value(scorer, repeated)], abs=SAME)
