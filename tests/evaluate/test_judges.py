"""Measurements in which other models take part, and those that look at more than answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import LlamaConfig, LlamaForSequenceClassification

from ftspec.data import Row, Turn, encode
from ftspec.data.row import content_hash
from ftspec.evaluate import Measurements, Subject, measure
from ftspec.evaluate import items as item_files
from ftspec.evaluate.reward import is_reward_model, rewards
from ftspec.kinds.metrics import Need
from ftspec.model.tokenizer import load_tokenizer
from ftspec.plan.steps import Evaluate, Generation, Measurement, PlannedUse
from tests.evaluate.scenes import Log, Zoo, ask, measurement, prose, sentence, tiny_model, tokenizer_folder

GENERATION = Generation(max_new_tokens=4, batch_tokens=256)


def reward_model(seed: int = 0) -> LlamaForSequenceClassification:
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=320,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=96,
        initializer_range=0.3,
        num_labels=1,
        pad_token_id=0,
    )
    return LlamaForSequenceClassification(config).eval()


class Court(Zoo):
    """Tiny models, of which `train.judge` is a reward model."""

    @contextmanager
    def open(self, id: str) -> Iterator[Subject]:
        self.opened.append(id)
        model = reward_model() if id == "train.judge" else tiny_model(self.seeds[id])
        yield Subject(model, load_tokenizer(tokenizer_folder(self.folder)), torch.device("cpu"))


def pair(text: str, chosen: str, rejected: str, number: int) -> Row:
    fields = {"prompt": text, "chosen": chosen, "rejected": rejected, "number": number}
    turns = (Turn("prompt", text, False), Turn("chosen", chosen, True), Turn("rejected", rejected, True))
    return Row(content_hash(fields), "pairs.jsonl", number, fields, turns)


def question(text: str, number: int) -> Row:
    fields = {"prompt": text, "number": number}
    return Row(content_hash(fields), "prompts.jsonl", number, fields, (Turn("prompt", text, False),))


class Scene:
    """A run folder with a court in it."""

    def __init__(self, folder: Path) -> None:
        self.court = Court(folder / "tokenizer", {"export": 1, "train.imitation": 0, "train.judge": 0})
        self.items = folder / "run" / "items"
        generator = np.random.default_rng(0)
        words = [sentence(generator, int(n)) for n in generator.integers(2, 9, 10)]
        self.data: dict[str, Sequence[Row]] = {
            "choices": [pair(text, words[n - 1], words[n - 2], n) for n, text in enumerate(words)],
            "prompts": [question(text, n) for n, text in enumerate(words)],
            "tickets": [ask(text, ("yes", "no", "maybe")[n % 3], n) for n, text in enumerate(words)],
            "train": [ask(sentence(generator, 6), "yes", 100 + n) for n in range(4)],
            "english": [prose(sentence(generator, 30), n) for n in range(3)],
        }

    def rows(self, use: PlannedUse) -> Sequence[Row]:
        return self.data["train" if use.split == "train" else use.data.removeprefix("data.")]

    def measure(self, *measurements: Measurement, **more: Any) -> Measurements:
        self.court.opened.clear()
        step = Evaluate(id="evaluate", measurements=measurements, generation=GENERATION, samples=0)
        return measure(step, self.court, self.rows, self.items, Log(), **more)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


WIN = measurement("win_rate", "win_rate", data="prompts.test", over="imitation", judge="judge")
REWARD = measurement("mean_reward", "mean_reward", data="prompts.test", judge="judge")


def test_a_win_rate_opens_both_models_and_then_the_judge(scene: Scene) -> None:
    found = scene.measure(WIN, REWARD)
    assert scene.court.opened == ["export", "train.imitation", "train.judge"]
    index = item_files.read_index(scene.items)
    lines = item_files.read(scene.items, index["win_rate"]) or []
    assert len(lines) == 10 == found["win_rate"].n
    for line in lines:
        expected = 0.5 if line["reward"] == line["reward_over"] else float(line["reward"] > line["reward_over"])
        assert line["scores"]["win"] == expected
    rewarded = item_files.read(scene.items, index["mean_reward"]) or []
    assert [each["given"] for each in rewarded] == [each["given"] for each in lines], "the same answers are judged"
    assert set(found.by_id) == {"win_rate", "mean_reward"}, "the answers themselves are no measurement"


def test_judged_measurements_are_kept(scene: Scene) -> None:
    first = scene.measure(WIN, REWARD)
    again = scene.measure(WIN, REWARD)
    assert scene.court.opened == []
    assert again["win_rate"].value == first["win_rate"].value


def test_another_judge_reads_the_same_answers(scene: Scene) -> None:
    scene.measure(WIN)
    scene.court.seeds["train.judge"] = 5
    scene.measure(WIN)
    assert scene.court.opened == ["train.judge"]


def test_a_model_against_itself_wins_half(scene: Scene) -> None:
    scene.court.seeds["train.imitation"] = 1
    assert scene.measure(WIN)["win_rate"].value == 0.5


def test_a_judge_that_is_no_reward_model_fails_the_measurement(scene: Scene) -> None:
    wrong = measurement("mean_reward", "mean_reward", data="prompts.test", judge="imitation")
    found = scene.measure(wrong)["mean_reward"]
    assert found.value is None and found.reason == "the judge is no reward model: train it with `objective = reward()`"


def test_rewards_in_batches_are_those_of_one_row_at_a_time(scene: Scene) -> None:
    with scene.court.open("train.judge") as judge:
        assert is_reward_model(judge)
        ids = [each.ids for each in encode(scene.data["tickets"], judge.tokenizer, 1000)]
        alone = []
        for row in ids:
            with torch.inference_mode():
                alone.append(judge.model(input_ids=torch.tensor([row])).logits[0, 0].item())
        for batch_tokens in (1, 100, 10_000):
            assert rewards(judge, ids, batch_tokens) == pytest.approx(alone, abs=1e-4)
        judge.model.config.pad_token_id = None
        assert rewards(judge, ids, 10_000) == pytest.approx(alone, abs=1e-4), "without a pad token, row by row"


PREFERENCE = measurement("preference", "preference_accuracy", "train.judge", data="choices.test")


def test_a_reward_model_prefers_by_its_rewards(scene: Scene) -> None:
    found = scene.measure(PREFERENCE)["preference"]
    lines = item_files.read(scene.items, item_files.read_index(scene.items)["preference"]) or []
    with scene.court.open("train.judge") as judge:
        ids = [each.ids for each in encode(scene.data["choices"], judge.tokenizer, 1000)]
        scores = rewards(judge, ids, 1)
    assert [line["chosen"] for line in lines] == pytest.approx(scores[::2], abs=1e-4)
    assert [line["rejected"] for line in lines] == pytest.approx(scores[1::2], abs=1e-4)
    pairs = zip(scores[::2], scores[1::2], strict=True)
    assert found.value == np.mean([chosen > rejected for chosen, rejected in pairs])


def log_likelihood(opened: Subject, ids: list[int], trained: list[bool]) -> float:
    with torch.inference_mode():
        logits = opened.model(input_ids=torch.tensor([ids])).logits[0].float().log_softmax(-1)
    return sum(logits[at - 1, ids[at]].item() for at in range(1, len(ids)) if trained[at])


def test_another_model_prefers_by_likelihood(scene: Scene) -> None:
    scene.measure(measurement("preference", "preference_accuracy", "export", data="choices.test"))
    lines = item_files.read(scene.items, item_files.read_index(scene.items)["preference"]) or []
    with scene.court.open("export") as opened:
        encoded = encode(scene.data["choices"], opened.tokenizer, 1000)
        expected = [log_likelihood(opened, each.ids, each.trained) for each in encoded]
    assert [line["chosen"] for line in lines] == pytest.approx(expected[::2], abs=1e-3)


def preferences_of(scene: Scene, model: str) -> list[tuple[float, int]]:
    """The log-likelihood of each answer, chosen and rejected in turn, and how many tokens it has."""
    with scene.court.open(model) as opened:
        encoded = encode(scene.data["choices"], opened.tokenizer, 1000)
        return [(log_likelihood(opened, each.ids, each.trained), sum(each.trained)) for each in encoded]


def lines_of(scene: Scene, asked: Measurement) -> list[tuple[float, float]]:
    scene.measure(asked)
    lines = item_files.read(scene.items, item_files.read_index(scene.items)[asked.id]) or []
    return [(line["chosen"], line["rejected"]) for line in lines]


def test_a_preference_by_token_is_a_mean(scene: Scene) -> None:
    asked = measurement("preference", "preference_accuracy", "export", data="choices.test", per_token=True)
    means = [total / tokens for total, tokens in preferences_of(scene, "export")]
    expected = list(zip(means[::2], means[1::2], strict=True))
    assert np.array(lines_of(scene, asked)) == pytest.approx(np.array(expected), abs=1e-3)


def test_a_preference_over_another_model_is_the_implicit_reward_of_dpo(scene: Scene) -> None:
    asked = measurement("preference", "preference_accuracy", "export", data="choices.test", over="imitation")
    found = scene.measure(asked)["preference"]
    assert scene.court.opened == ["train.imitation", "export"]
    own, other = preferences_of(scene, "export"), preferences_of(scene, "train.imitation")
    gains = [ours - theirs for (ours, _), (theirs, _) in zip(own, other, strict=True)]
    expected = list(zip(gains[::2], gains[1::2], strict=True))
    assert np.array(lines_of(scene, asked)) == pytest.approx(np.array(expected), abs=1e-3)
    assert found.value == np.mean([chosen > rejected for chosen, rejected in expected])
    scene.court.opened.clear()
    scene.court.seeds["train.imitation"] = 1
    scene.measure(asked)
    assert scene.court.opened == ["train.imitation", "export"], "another model before, another gain"


def test_a_model_adds_nothing_to_itself(scene: Scene) -> None:
    asked = measurement("preference", "preference_accuracy", "train.imitation", data="choices.test", over="imitation")
    assert scene.measure(asked)["preference"].value == 0


def test_a_reward_model_knows_no_likelihoods(scene: Scene) -> None:
    asked = measurement("preference", "preference_accuracy", "train.judge", data="choices.test", per_token=True)
    found = scene.measure(asked)["preference"]
    assert found.value is None and "scores by its head" in str(found.reason)


def test_rows_without_a_pair_have_no_preference(scene: Scene) -> None:
    found = scene.measure(measurement("preference", "preference_accuracy", "train.judge", data="tickets.test"))
    assert found["preference"].reason == "10 rows have no pair of a chosen and a rejected answer"
    assert found["preference"].value is None
    again = scene.measure(measurement("preference", "preference_accuracy", "train.judge", data="tickets.test"))
    assert again["preference"].reason == found["preference"].reason


def test_choices_are_the_likelihoods_of_whole_answers(scene: Scene) -> None:
    scene.measure(measurement("calibration", "calibration_error", data="tickets.test"))
    lines = item_files.read(scene.items, item_files.read_index(scene.items)["calibration"]) or []
    assert lines[0]["labels"] == ["maybe", "no", "yes"]
    row = scene.data["tickets"][0]
    with scene.court.open("export") as opened:
        for label, logit in zip(lines[0]["labels"], lines[0]["logits"], strict=True):
            said = Row(row.item, row.file, row.number, row.fields, (row.turns[0], Turn("assistant", label, True)))
            [encoded] = encode([said], opened.tokenizer, 1000)
            assert logit == pytest.approx(log_likelihood(opened, encoded.ids, encoded.trained), abs=1e-3)


def test_too_many_answers_are_no_classes(scene: Scene) -> None:
    scene.data["tickets"] = [ask("the bill", f"answer {n}", n) for n in range(65)]
    found = scene.measure(measurement("calibration", "calibration_error", data="tickets.test"))["calibration"]
    assert found.reason == "the data has 65 distinct answers; up to 64 are classes"


def test_overfitting_reads_two_parts(scene: Scene) -> None:
    gap = measurement("overfitting", "overfitting", data="tickets.train")
    gap = gap.model_copy(update={"uses": (*gap.uses, PlannedUse(data="data.tickets", split="validation"))})
    losses = [measurement(split, "loss", data=f"tickets.{split}") for split in ("train", "validation")]
    found = scene.measure(gap, *losses)
    assert found["overfitting"].value == pytest.approx(
        (found["validation"].value or 0) - (found["train"].value or 0), abs=1e-9
    )
    assert found["overfitting"].parts == (0,) * 4 + (1,) * 10


def test_bias_looks_at_a_field_of_the_rows(scene: Scene) -> None:
    rows = [ask(sentence(np.random.default_rng(n), 3), ("yes", "no")[n % 2], n) for n in range(8)]
    scene.data["tickets"] = [
        Row(row.item, row.file, row.number, {**row.fields, "origin": "ab"[n % 3 == 0]}, row.turns)
        for n, row in enumerate(rows)
    ]
    found = scene.measure(measurement("bias", "bias_gap", data="tickets.test", group="origin"))
    lines = item_files.read(scene.items, item_files.read_index(scene.items)["bias"]) or []
    assert found["bias"].value is not None
    assert len({line["scores"]["group"] for line in lines}) == 2


def test_words_are_exchanged_both_ways_and_both_prompts_are_answered(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "swaps.txt").write_text("# pairs\nbill, app\nthank you, please\n")
    texts = ["the Bill is late", "open the app", "THE APP, thank you", "no listed word", "the billing"]
    scene.data["tickets"] = [ask(text, "yes", n) for n, text in enumerate(texts)]
    found = scene.measure(measurement("bias", "bias_gap", data="tickets.test", swaps="swaps.txt"), root=tmp_path)[
        "bias"
    ]
    lines = item_files.read(scene.items, item_files.read_index(scene.items)["bias"]) or []
    assert [line["other_prompt"] for line in lines] == ["the App is late", "open the bill", "THE BILL, please"]
    scene.data["tickets"] = [ask(line["other_prompt"], "yes", n) for n, line in enumerate(lines)]
    scene.measure(measurement("answers", "exact_match", data="tickets.test"))
    answers = item_files.read(scene.items, item_files.read_index(scene.items)["answers"]) or []
    assert [line["given"] for line in answers] == [line["other_given"] for line in lines]
    changed = [line["given"].strip() != line["other_given"].strip() for line in lines]
    assert found.value == np.mean(changed) and found.n == 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("he\n", "is not a pair of words"),
        ("he, she, it\n", "is not a pair of words"),
        ("zz, qq\n", "nothing was exchanged"),
    ],
)
def test_a_list_that_exchanges_nothing_is_named(scene: Scene, tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "swaps.txt").write_text(content)
    found = scene.measure(measurement("bias", "bias_gap", data="tickets.test", swaps="swaps.txt"), root=tmp_path)[
        "bias"
    ]
    assert found.value is None and reason in (found.reason or "")


def test_every_need_has_a_shape_in_which_it_is_kept(scene: Scene) -> None:
    assert set(item_files._SHAPES) == set(Need)
    size = Measurement(id="parameters()", metric={"name": "parameters", "arguments": {}}, uses=(), subject="export")
    scene.measure(size)
    assert scene.measure(size)["parameters()"].reused


def test_a_field_that_no_row_has_is_named(scene: Scene) -> None:
    found = scene.measure(measurement("bias", "bias_gap", data="tickets.test", group="origin"))["bias"]
    assert found.reason == "10 rows have no field 'origin'"


def test_the_peak_of_memory_holds_the_weights(scene: Scene) -> None:
    peak = Measurement(id="peak_memory()", metric={"name": "peak_memory", "arguments": {}}, uses=(), subject="export")
    found = scene.measure(peak, measurement("loss", "loss", data="tickets.test"))["peak_memory()"]
    with scene.court.open("export") as opened:
        weights = sum(each.numel() * each.element_size() for each in opened.model.parameters())
    assert found.n == 1 and weights < (found.value or 0) < 1 << 40


def test_a_file_that_a_metric_names_is_part_of_the_measurement(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "phrases.txt"
    path.write_text("the\n")
    asked = measurement("refusal", "refusal_rate", data="tickets.test", phrases="phrases.txt")
    scene.measure(asked, root=tmp_path)
    assert scene.measure(asked, root=tmp_path)["refusal"].reused
    path.write_text("zzz\n")
    second = scene.measure(asked, root=tmp_path)["refusal"]
    assert not second.reused and scene.court.opened == [], "other words, the same answers"
    assert second.value == 0.0


def test_items_are_json(scene: Scene) -> None:
    scene.measure(WIN, PREFERENCE)
    for path in scene.items.glob("*.jsonl"):
        for line in path.read_text().splitlines():
            assert {"item", "group", "part", "scores"} <= set(json.loads(line))


@pytest.fixture
def tasks(tmp_path: Path) -> Path:
    """A multiple-choice task of three samples, in the harness's own form."""
    pytest.importorskip("lm_eval")
    folder = tmp_path / "tasks"
    folder.mkdir()
    samples = {"The bill is": ["late", "green"], "The app does not": ["open", "one"], "Send a new": ["one", "the"]}
    lines = [json.dumps({"q": question, "choices": choices, "gold": 0}) for question, choices in samples.items()]
    (folder / "bills.jsonl").write_text("\n".join(lines))
    config = {
        "task": "bills",
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": str(folder / "bills.jsonl")}},
        "output_type": "multiple_choice",
        "test_split": "test",
        "doc_to_text": "{{q}}",
        "doc_to_target": "{{gold}}",
        "doc_to_choice": "{{choices}}",
        "metric_list": [{"metric": name, "aggregation": "mean"} for name in ("acc", "acc_norm")],
        "metadata": {"version": 1.0},
    }
    (folder / "bills.yaml").write_text(json.dumps(config))
    return folder


def benchmark(**arguments: Any) -> Measurement:
    record = {"name": "benchmark", "arguments": {"name": "bills", "tasks": "tasks", **arguments}}
    return Measurement(id="benchmark", metric=record, uses=(), subject="export")


@pytest.mark.parametrize("score", [None, "acc", "acc_norm"])
def test_a_benchmark_is_that_of_the_harness(scene: Scene, tasks: Path, score: str | None) -> None:
    from lm_eval import simple_evaluate
    from lm_eval.tasks import TaskManager

    from ftspec.evaluate.observe.benchmark import _wrapped

    found = scene.measure(benchmark(score=score), root=tasks.parent, allow_code=True)["benchmark"]
    with scene.court.open("export") as opened:
        manager = TaskManager(include_path=str(tasks), include_defaults=False)
        reference = simple_evaluate(model=_wrapped(opened), tasks=["bills"], task_manager=manager, bootstrap_iters=0)
    assert found.n == 3
    assert found.value == pytest.approx(reference["results"]["bills"][f"{score or 'acc'},none"], abs=1e-9)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"score": "bleu"}, "bills has no score 'bleu'; it has 'acc', 'acc_norm'"),
        ({"name": "nothing"}, "the harness knows no task 'nothing'"),
    ],
)
def test_a_benchmark_that_is_not_there_is_named(
    scene: Scene, tasks: Path, arguments: dict[str, str], reason: str
) -> None:
    assert scene.measure(benchmark(**arguments), root=tasks.parent, allow_code=True)["benchmark"].reason == reason


def test_tasks_of_the_users_own_need_leave(scene: Scene, tasks: Path) -> None:
    refused = scene.measure(benchmark(), root=tasks.parent)["benchmark"]
    assert refused.value is None and "--allow-code" in (refused.reason or "")
    assert scene.measure(benchmark(), root=tasks.parent, allow_code=True)["benchmark"].value is not None
