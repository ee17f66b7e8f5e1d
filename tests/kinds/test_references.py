"""Metrics and tests held against libraries and guides that nobody here wrote, to 1e-9 on the same outputs."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ftspec.data import Row, Turn
from ftspec.evaluate import Subject
from ftspec.evaluate.compare import mcnemar
from ftspec.evaluate.corrections import confidences
from ftspec.evaluate.judge import Answer as Judgement
from ftspec.evaluate.observe.request import Request
from ftspec.evaluate.observe.token_losses import observe
from ftspec.kinds.metrics import Answer, Choice, Metric
from ftspec.kinds.registry import make
from ftspec.model.tokenizer import load_tokenizer
from ftspec.plan.steps import Generation

SAME = 1e-9
SPECS = Path(__file__).parents[2] / "specs"
CONTEXT = 64


def metric(name: str, **arguments: Any) -> Metric:
    found = make("metrics", {"name": name, "arguments": arguments})
    assert isinstance(found, Metric)
    return found


@pytest.fixture(scope="module")
def base() -> Subject:
    """The base model that ships with the project, as if its context were short, so that text is read in windows."""
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(SPECS / "base", dtype=torch.float32).eval()
    model.config.max_position_embeddings = CONTEXT
    return Subject(model, load_tokenizer(SPECS / "base"), torch.device("cpu"))


@pytest.fixture(scope="module")
def losses(base: Subject) -> list[Any]:
    """What is observed of a few paragraphs, one of them longer than the context and one far longer."""
    rows = [
        Row(f"row {n}", "english.txt", n, {"text": text}, (Turn("text", text, True),))
        for n, text in enumerate(paragraphs(), 1)
    ]
    # A batch of one row is the forward pass that the guides make.
    return list(observe(base, Request(rows, Generation(max_new_tokens=8, batch_tokens=1))))


def paragraphs() -> list[str]:
    whole = (SPECS / "data" / "english.txt").read_text("utf-8").split("\n\n")[:12]
    return [whole[0], " ".join(whole[1:4]), " ".join(whole[4:12])]


def ids_of(base: Subject, text: str) -> list[int]:
    from ftspec.evaluate.observe.token_losses import sequences

    row = Row("row", "english.txt", 1, {"text": text}, (Turn("text", text, True),))
    return list(sequences([row], base.tokenizer)[0].ids)


def windows_of(ids: list[int]) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Inputs and labels as in "Perplexity of fixed-length models" of transformers' documentation."""
    found, previous = [], 0
    for begin in range(0, len(ids), CONTEXT // 2):
        end = min(begin + CONTEXT, len(ids))
        inputs = torch.tensor([ids[begin:end]])
        labels = inputs.clone()
        labels[:, : -(end - previous)] = -100
        found.append((inputs, labels))
        previous = end
        if end == len(ids):
            break
    return found


def test_perplexity_in_windows_is_that_of_transformers_guide_and_of_torchmetrics(
    base: Subject, losses: list[Any]
) -> None:
    from torchmetrics.text import Perplexity

    library = Perplexity(ignore_index=-100).set_dtype(torch.float64)
    total, count = 0.0, 0
    split = [part for text in paragraphs() for part in windows_of(ids_of(base, text))]
    assert len(split) > 8, "the texts are longer than the context"
    for inputs, labels in split:
        with torch.inference_mode():
            output = base.model(inputs, labels=labels)
        told = int((labels[:, 1:] != -100).sum())
        total += float(output.loss) * told
        count += told
        library.update(output.logits[:, :-1].double(), labels[:, 1:])
    scorer = metric("perplexity")
    ours = scorer.point(scorer.columns(losses))
    assert sum(each.tokens for each in losses) == count
    # The model's own loss is a mean in single precision; torchmetrics sums in double.
    assert ours == pytest.approx(math.exp(total / count), rel=1e-6)
    assert math.log(ours) == pytest.approx(math.log(float(library.compute())), abs=1e-7)


def test_perplexity_of_the_same_token_losses_is_exact(base: Subject, losses: list[Any]) -> None:
    """Token by token from the logits of the same windows: what is left to differ is the formula."""
    sums = []
    for text in paragraphs():
        found: list[float] = []
        for inputs, labels in windows_of(ids_of(base, text)):
            with torch.inference_mode():
                logits = base.model(inputs).logits[0, :-1].float()
            each = torch.nn.functional.cross_entropy(logits, labels[0, 1:], ignore_index=-100, reduction="none")
            found += each[labels[0, 1:] != -100].tolist()
        sums.append((math.fsum(found), len(found)))
    assert [each.tokens for each in losses] == [count for _, count in sums]
    reference = math.exp(math.fsum(nll for nll, _ in sums) / sum(count for _, count in sums))
    scorer, mean_loss = metric("perplexity"), metric("loss")
    assert math.log(scorer.point(scorer.columns(losses))) == pytest.approx(math.log(reference), abs=SAME)
    assert mean_loss.point(mean_loss.columns(losses)) == pytest.approx(math.log(reference), abs=SAME)


@pytest.mark.parametrize("bins", [1, 7, 15, 100])
def test_calibration_error_is_that_of_torchmetrics_in_double_precision(bins: int) -> None:
    """Its public class rounds confidences to single precision before its bins are filled; the formula is the same."""
    from torchmetrics.functional.classification.calibration_error import _ce_compute

    generator = np.random.default_rng(bins)
    labels = ("billing", "general", "technical")
    logits = generator.normal(0, 2, (200, 3))
    expected = generator.choice(labels, 200)
    seen = [
        Choice(f"row {n}", str(e), labels, tuple(row)) for n, (e, row) in enumerate(zip(expected, logits, strict=True))
    ]
    confidence, chosen = torch.tensor(logits).softmax(1).max(1)
    right = torch.tensor([labels[place] == e for place, e in zip(chosen.tolist(), expected, strict=True)])
    scorer = metric("calibration_error", bins=bins)
    reference = _ce_compute(confidence, right, bins, norm="l1")
    assert scorer.point(scorer.columns(seen)) == pytest.approx(float(reference), abs=SAME)


ODD = ["Paris.", "paris", "It's 4!", "its 4", "ÄRGER", "ärger", "a-b", "ab", "yes", "yes"]


@pytest.mark.parametrize("ignore_case", [False, True])
@pytest.mark.parametrize("ignore_punctuation", [False, True])
def test_exact_match_is_that_of_evaluate(ignore_case: bool, ignore_punctuation: bool) -> None:
    """As lm-evaluation-harness carries it, since evaluate itself fetches its metrics from the hub."""
    from lm_eval.api.metrics import exact_match_hf_evaluate

    settings = {"ignore_case": ignore_case, "ignore_punctuation": ignore_punctuation}
    given, expected = ODD[::2], ODD[1::2]
    reference = exact_match_hf_evaluate(given, expected, **settings)["exact_match"]
    seen = [Answer(f"row {n}", "?", e, g) for n, (e, g) in enumerate(zip(expected, given, strict=True))]
    scorer = metric("exact_match", **settings)
    assert scorer.point(scorer.columns(seen)) == pytest.approx(reference, abs=SAME)


@pytest.mark.parametrize("pattern", ["^[A-Z]{2}-[0-9]+$", "(?i)refund|return", r"\bno\b", r"(\w)\1", "^$", "[[a]b"])
@pytest.mark.parametrize("ignore_case", [False, True])
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_patterns_are_pythons_own(pattern: str, ignore_case: bool) -> None:
    texts = ["AB-12", "ab-12", "a refund", "no", "nobody", "hello", "", "a", "[b"]
    seen = [Answer(f"row {n}", "?", "", text) for n, text in enumerate(texts)]
    reference = [re.search(pattern, text, re.IGNORECASE if ignore_case else 0) is not None for text in texts]
    assert metric("matches", pattern=pattern, ignore_case=ignore_case).columns(seen)["hit"].tolist() == reference


@pytest.mark.parametrize(("better", "worse"), [(1, 0), (3, 9), (20, 20), (0, 12), (61, 40)])
def test_mcnemar_is_that_of_statsmodels(better: int, worse: int) -> None:
    from statsmodels.stats.contingency_tables import mcnemar as reference

    table = [[50, better], [worse, 8]]
    assert mcnemar(better, worse) == pytest.approx(reference(table, exact=True).pvalue, abs=SAME)


class Clear:
    """A gate whose interval leaves the threshold out at every confidence below 1 − p."""

    decides = True

    def __init__(self, p: float) -> None:
        self.p = p

    def answer(self, confidence: float) -> Judgement:
        return Judgement.YES if 1 - confidence >= self.p else Judgement.UNKNOWN


@pytest.mark.parametrize("correction", ["holm", "bonferroni"])
def test_corrections_decide_as_those_of_statsmodels(correction: str) -> None:
    from statsmodels.stats.multitest import multipletests

    generator = np.random.default_rng(0)
    for _ in range(50):
        values = generator.beta(0.4, 4, 6)
        gates = [Clear(float(p)) for p in values]
        levels = confidences(gates, 0.95, correction)  # type: ignore[arg-type]
        ours = [gate.answer(level) is Judgement.YES for gate, level in zip(gates, levels, strict=True)]
        assert ours == multipletests(values, 0.05, method=correction)[0].tolist()


def test_parameters_are_those_of_transformers(base: Subject) -> None:
    from ftspec.evaluate.observe.size import observe as size

    scorer = metric("parameters")
    seen = size(base)
    assert scorer.point(scorer.columns(seen)) == base.model.num_parameters()
