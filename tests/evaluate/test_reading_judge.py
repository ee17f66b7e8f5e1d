"""A language model as judge: asked with both orders, and never understood to say what it did not say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.modeling_outputs import CausalLMOutputWithPast

from ftspec.evaluate import Measurements, Subject, measure
from ftspec.evaluate import items as item_files
from ftspec.kinds.judging import choice
from ftspec.model.tokenizer import Tokenizer, load_tokenizer
from ftspec.plan.steps import Evaluate, Generation
from tests.evaluate.scenes import Log, Zoo, ask, measurement, tiny_model, tokenizer_folder

Verdict = Callable[[str, str], str]
"""What is said of the answers in the places of A and B."""


class Critic(LlamaForCausalLM):
    """A causal language model with an opinion in place of weights: it writes what `verdict` says, then ends."""

    def __init__(self, tokenizer: Tokenizer, verdict: Verdict, context: int = 4096) -> None:
        config = LlamaConfig(vocab_size=320, hidden_size=8, intermediate_size=8, num_hidden_layers=1,
                             num_attention_heads=1, max_position_embeddings=context)  # fmt: skip
        super().__init__(config)
        self.tokenizer, self.verdict, self.asked = tokenizer, verdict, []

    def forward(self, input_ids: Any = None, **given: Any) -> Any:
        if input_ids.shape[1] > 1:
            questions = self.tokenizer.decode_batch(input_ids.tolist())
            self.asked += questions
            self.lines = [self._line(question) for question in questions]
            self.step = 0
        logits = torch.zeros(len(input_ids), 1, 320)
        for row, line in enumerate(self.lines):
            logits[row, 0, line[self.step] if self.step < len(line) else 2] = 1
        self.step += 1
        return CausalLMOutputWithPast(logits=logits, past_key_values=())

    def _line(self, question: str) -> list[int]:
        found = re.search(r"\n\nA: (.*)\n\nB: (.*)\n\nWhich answer is better, A or B\?", question, re.DOTALL)
        assert found is not None, question
        [encoded] = self.tokenizer.encode_batch([self.verdict(found[1], found[2])])
        return list(encoded.ids)


def longer(first: str, second: str) -> str:
    return "A" if len(first) > len(second) else "B"


class Court(Zoo):
    """Two tiny models and a critic, known as `train.critic` or `model.critic`."""

    def __init__(self, folder: Path, verdict: Verdict, context: int = 4096) -> None:
        seeds = {"export": 1, "train.imitation": 0, "model.rival": 0, "train.critic": 9, "model.critic": 9}
        super().__init__(folder, seeds)
        tokenizer = load_tokenizer(tokenizer_folder(folder))
        self.critic = Critic(tokenizer, verdict, context)

    @contextmanager
    def open(self, id: str) -> Iterator[Subject]:
        self.opened.append(id)
        model = self.critic if id.endswith(".critic") else tiny_model(self.seeds[id])
        yield Subject(model, load_tokenizer(tokenizer_folder(self.folder)), torch.device("cpu"))  # type: ignore[arg-type]


ROWS = [ask(text, "yes", n) for n, text in enumerate(("the bill", "the app", "please send", "my address", "thank you"))]


def taken(court: Court, run: Path, needs: tuple[str, ...] = (), **arguments: Any) -> Measurements:
    asked = measurement("win", "win_rate", **({"over": "imitation", "judge": "critic"} | arguments))
    generation = Generation(max_new_tokens=6, batch_tokens=512)
    step = Evaluate(id="evaluate", measurements=(asked,), generation=generation, samples=0, needs=needs)
    return measure(step, court, lambda use: ROWS, run / "items", Log())


def lines(run: Path) -> list[dict[str, Any]]:
    return item_files.read(run / "items", item_files.read_index(run / "items")["win"]) or []


def test_a_judge_is_asked_with_both_orders_and_its_word_counts(tmp_path: Path) -> None:
    court = Court(tmp_path / "tokenizer", longer)
    found = taken(court, tmp_path)["win"]
    assert court.opened == ["export", "train.imitation", "train.critic"]
    wins = []
    for line in lines(tmp_path):
        own, over = line["given"], line["over"]
        straight = {"A": 1.0, "B": 0.0}[longer(own, over)]
        swapped = {"A": 0.0, "B": 1.0}[longer(over, own)]
        assert line["said"] == [longer(own, over), longer(over, own)]
        wins.append((straight + swapped) / 2)
        assert line["scores"]["win"] == wins[-1]
    assert found.value == pytest.approx(sum(wins) / len(wins))
    assert len(court.critic.asked) == 2 * len(ROWS)
    assert all("Compare two answers to a request." in question for question in court.critic.asked)


@pytest.mark.parametrize("place", ["A", "B"])
def test_a_judge_that_likes_a_place_finds_only_ties(tmp_path: Path, place: str) -> None:
    assert taken(Court(tmp_path / "tokenizer", lambda first, second: place), tmp_path)["win"].value == 0.5
    assert {line["scores"]["win"] for line in lines(tmp_path)} == {0.5}


@pytest.mark.parametrize("said", ["Both", "A or B", "", "no idea", "C", "A tie", "Better", "BA"])
def test_a_judge_that_says_neither_leaves_no_value(tmp_path: Path, said: str) -> None:
    found = taken(Court(tmp_path / "tokenizer", lambda first, second: said), tmp_path)["win"]
    assert found.value is None
    assert found.reason == f'the judge answered neither A nor B in 10 of 10 cases, first "{said}"'


def test_one_unclear_word_is_enough(tmp_path: Path) -> None:
    said = iter(["Neither"])
    found = taken(Court(tmp_path / "tokenizer", lambda first, second: next(said, "B")), tmp_path)["win"]
    assert found.value is None and "in 1 of 10 cases" in (found.reason or "")


def test_equal_answers_are_ties_that_nobody_is_asked_about(tmp_path: Path) -> None:
    court = Court(tmp_path / "tokenizer", longer)
    court.seeds["train.imitation"] = 1
    assert taken(court, tmp_path)["win"].value == 0.5
    assert court.critic.asked == []


def test_a_rubric_is_read_and_makes_another_observation(tmp_path: Path) -> None:
    court = Court(tmp_path / "tokenizer", longer)
    taken(court, tmp_path)
    assert taken(court, tmp_path)["win"].reused
    assert not taken(court, tmp_path, rubric="The kinder answer is better.")["win"].reused
    assert court.critic.asked[-1].count("The kinder answer is better.") == 1


def test_models_that_no_stage_trained_judge_and_compete(tmp_path: Path) -> None:
    court = Court(tmp_path / "tokenizer", longer)
    found = taken(court, tmp_path, ("model.critic", "model.rival"), over="rival")["win"]
    assert court.opened == ["export", "model.rival", "model.critic"]
    assert found.value is not None


def test_a_question_beyond_the_judges_context_is_named(tmp_path: Path) -> None:
    found = taken(Court(tmp_path / "tokenizer", longer, context=40), tmp_path)["win"]
    assert found.value is None and "and it reads 40" in (found.reason or "")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("A", "A"), (" B\n", "B"), ("(A)", "A"), ("**B**", "B"), ("[[A]]", "A"), ("A.", "A"), ("A: it is kinder", "A"),
        ("Answer: B", "B"), ("The better answer is A.", "A"), ("Answer B is better", "B"), ("B is better than A", "B"),
        ("The answer is: **A**, because", "A"), ("A\n\nB is too short", "A"), ("option B", "B"), ("A because", "A"),
        ("A or B", None), ("A and B", None), ("A, B", None), ("A tie", None), ("A better answer would", None),
        ("Both", None), ("Neither A nor B", None), ("a", None), ("", None), ("Apple", None), ("C", None),
        ("I think A", None), ("A/B", None), ("It depends: A is kind, B is short", None), ("A's", None),
    ],
)  # fmt: skip
def test_what_a_judge_says_is_read_strictly(said: str, meant: str | None) -> None:
    assert choice(said) == meant
