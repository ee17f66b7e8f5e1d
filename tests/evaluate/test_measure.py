"""Measuring: each observation once, everything written down, nothing taken twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ftspec.data import Row
from ftspec.evaluate import Measurements, measure
from ftspec.evaluate import items as item_files
from ftspec.evaluate.observe import answers
from ftspec.plan.steps import Evaluate, Generation, Measurement, PlannedUse
from tests.evaluate.scenes import Log, Zoo, ask, measurement, prose, sentence

GENERATION = Generation(max_new_tokens=4, batch_tokens=256)
ACCURACY = measurement("accuracy(tickets.test)", "accuracy")
F1 = measurement("f1(tickets.test)", "f1")
BASE = measurement("accuracy(tickets.test)@baseline", "accuracy", "model.base")
PERPLEXITY = measurement("perplexity(english)", "perplexity", data="english")
EVERY = (
    ACCURACY,
    F1,
    BASE,
    PERPLEXITY,
    measurement("loss(tickets.test)", "loss"),
    measurement("memorization(tickets.train)", "memorization", data="tickets.train", tokens=8),
    measurement("latency(tickets.test)", "latency", percentile=95.0),
    measurement("throughput(tickets.test)", "throughput"),
)


def rows() -> dict[PlannedUse, Sequence[Row]]:
    generator = np.random.default_rng(0)
    test = [ask(sentence(generator, 4), ("yes", "no")[n % 2], n) for n in range(12)]
    train = [ask(sentence(generator, 9), "yes", 100 + n) for n in range(5)]
    english = [prose(sentence(generator, 40), n) for n in range(6)]
    return {
        PlannedUse(data="data.tickets", split="test"): test,
        PlannedUse(data="data.tickets", split="train"): train,
        PlannedUse(data="data.english", split="all"): english,
    }


class Scene:
    """A run folder with tiny models, and what happened in it."""

    def __init__(self, folder: Path, name: str = "run") -> None:
        self.zoo = Zoo(folder / "tokenizer", {"export": 1, "model.base": 0})
        self.items = folder / name / "items"
        self.log = Log()
        self.data = rows()

    def measure(self, *measurements: Measurement, samples: int = 0, **more: Any) -> Measurements:
        self.zoo.opened.clear()
        step = Evaluate(id="evaluate", measurements=measurements, generation=GENERATION, samples=samples)
        return measure(step, self.zoo, self.data.__getitem__, self.items, self.log, **more)

    @property
    def samples(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.items.parent / "samples.jsonl").read_text().splitlines()]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_every_metric_is_measured_and_written(scene: Scene) -> None:
    measured = scene.measure(*EVERY)
    index = item_files.read_index(scene.items)
    assert set(index) == {each.id for each in EVERY}
    for each in EVERY:
        found = measured[each.id]
        lines = (scene.items / index[each.id].file).read_text().splitlines()
        assert found.value is not None and found.reason is None
        assert len(lines) == found.n == index[each.id].n > 0
        assert index[each.id].value == found.value == scene.log.measured_[each.id][0]
    assert measured["accuracy(tickets.test)"].n == 12
    assert measured["perplexity(english)"].n == 6


def test_a_model_is_opened_once(scene: Scene) -> None:
    scene.measure(*EVERY)
    assert scene.zoo.opened == ["export", "model.base"]


def test_metrics_over_the_same_rows_share_their_answers(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    real = answers.generate

    def counted(*arguments: Any) -> Any:
        calls.append(len(arguments[1]))
        return real(*arguments)

    monkeypatch.setattr(answers, "generate", counted)
    scene.measure(ACCURACY, F1, EVERY[-1])
    assert calls == [12], "accuracy, f1 and throughput come from one generation"


def test_what_is_there_is_not_taken_again(scene: Scene) -> None:
    first = scene.measure(*EVERY, samples=3)
    again = scene.measure(*EVERY, samples=3)
    assert scene.zoo.opened == []
    for each in EVERY:
        assert again[each.id].value == first[each.id].value and again[each.id].reused
        assert again[each.id].items == first[each.id].items
        for name, column in first[each.id].columns.items():
            assert np.array_equal(again[each.id].columns[name], column)


def test_a_new_metric_reads_answers_that_are_there(scene: Scene) -> None:
    scene.measure(ACCURACY)
    found = scene.measure(ACCURACY, F1)
    assert scene.zoo.opened == []
    assert found[F1.id].value is not None and not found[F1.id].reused


def test_an_earlier_run_lends_its_items(scene: Scene, tmp_path: Path) -> None:
    first = scene.measure(ACCURACY, PERPLEXITY)
    later = Scene(tmp_path, "later")
    second = later.measure(ACCURACY, PERPLEXITY, earlier=[scene.items])
    assert later.zoo.opened == []
    assert second[ACCURACY.id].value == first[ACCURACY.id].value
    assert set(item_files.read_index(later.items)) == {ACCURACY.id, PERPLEXITY.id}, "copied, so that it stands alone"


@pytest.mark.parametrize("change", ["model", "rows", "metric", "generation"])
def test_a_change_of_anything_is_measured_again(scene: Scene, change: str) -> None:
    scene.measure(ACCURACY)
    changed = ACCURACY
    match change:
        case "model":
            scene.zoo.seeds["export"] = 5
        case "rows":
            use = ACCURACY.uses[0]
            scene.data = {**scene.data, use: scene.data[use][:-1]}
        case "metric":
            changed = measurement(ACCURACY.id, "exact_match", ignore_case=True)
    if change == "generation":
        step = Evaluate(
            id="evaluate",
            measurements=(ACCURACY,),
            generation=Generation(max_new_tokens=2, batch_tokens=256),
            samples=0,
        )
        found = measure(step, scene.zoo, scene.data.__getitem__, scene.items, scene.log)
    else:
        found = scene.measure(changed)
    assert not found[ACCURACY.id].reused


@pytest.mark.parametrize("damage", ["edited", "cut", "gone", "index"])
def test_damaged_items_are_taken_again(scene: Scene, damage: str) -> None:
    first = scene.measure(ACCURACY)
    path = scene.items / item_files.read_index(scene.items)[ACCURACY.id].file
    match damage:
        case "edited":
            path.write_text(path.read_text().replace('"hit": 0.0', '"hit": 1.0'))
        case "cut":
            path.write_bytes(path.read_bytes()[:-20])
        case "gone":
            path.unlink()
        case "index":
            (scene.items / "index.json").write_text("{not json")
    again = scene.measure(ACCURACY)
    assert scene.zoo.opened == ["export"]
    assert again[ACCURACY.id].value == first[ACCURACY.id].value
    assert path.exists() and scene.measure(ACCURACY)[ACCURACY.id].reused


def test_a_stop_keeps_what_is_done(scene: Scene) -> None:
    class Broken(Log):
        def measured(self, *arguments: Any) -> None:
            super().measured(*arguments)
            raise KeyboardInterrupt

    log, scene.log = scene.log, Broken()
    with pytest.raises(KeyboardInterrupt):
        scene.measure(ACCURACY, PERPLEXITY)
    scene.log = log
    found = scene.measure(ACCURACY, PERPLEXITY)
    assert found[ACCURACY.id].reused and not found[PERPLEXITY.id].reused


def test_a_metric_without_a_value_says_why(scene: Scene) -> None:
    use = ACCURACY.uses[0]
    scene.data[use] = [ask("the bill", "yes", n) for n in range(3)]
    found = scene.measure(ACCURACY)[ACCURACY.id]
    assert found.value is None and found.reason is not None and "same answer" in found.reason
    again = scene.measure(ACCURACY)[ACCURACY.id]
    assert (again.value, again.reason) == (None, found.reason)


def test_an_empty_split_has_no_value(scene: Scene) -> None:
    scene.data = dict.fromkeys(scene.data, ())
    measured = scene.measure(*EVERY, samples=2)
    assert {measured[each.id].value for each in EVERY} == {None}
    assert all(measured[each.id].reason for each in EVERY)


def test_groups_are_kept_with_the_items(scene: Scene) -> None:
    found = scene.measure(ACCURACY, group_of=lambda use, row: f"group {row.number % 3}")
    assert set(found[ACCURACY.id].groups) == {"group 0", "group 1", "group 2"}
    assert scene.measure(ACCURACY)[ACCURACY.id].groups == found[ACCURACY.id].groups


def test_samples_show_before_and_after(scene: Scene) -> None:
    scene.measure(ACCURACY, BASE, samples=4)
    assert len(scene.samples) == 4
    assert set(scene.samples[0]) == {"item", "data", "prompt", "expected", "before", "after"}
    after = {line["item"]: line["after"] for line in scene.samples}
    index = item_files.read_index(scene.items)
    lines = item_files.read(scene.items, index[ACCURACY.id]) or []
    assert all(line["given"] == after[line["item"]] for line in lines if line["item"] in after)
    assert any(line["before"] != line["after"] for line in scene.samples)


def test_samples_ask_the_untrained_model_themselves(scene: Scene) -> None:
    step = Evaluate(
        id="evaluate", measurements=(ACCURACY,), generation=GENERATION, samples=4, needs=("export", "model.base")
    )
    found = measure(step, scene.zoo, scene.data.__getitem__, scene.items, scene.log)
    assert set(found.by_id) == {ACCURACY.id}, "samples are no measurement"
    alone = scene.samples
    scene.measure(ACCURACY, BASE, samples=4)
    assert alone == scene.samples


def test_without_an_untrained_model_samples_have_no_before(scene: Scene) -> None:
    scene.measure(ACCURACY, samples=2)
    assert [line["before"] for line in scene.samples] == [None, None]


def test_without_answers_there_are_no_samples(scene: Scene) -> None:
    scene.measure(PERPLEXITY, samples=5)
    assert scene.samples == []


def test_memorization_knows_a_row_that_is_recited(scene: Scene) -> None:
    """The model's own greedy text is a row that it recites; a changed token makes it one that it does not."""
    from ftspec.evaluate.generate import generate
    from ftspec.evaluate.observe.continuations import written
    from ftspec.evaluate.scoring import Scored, Window, score

    with scene.zoo.open("export") as opened:
        start = list(range(20, 30))
        [answer], _ = generate(opened, [start], 10, 100)
        recited = (*start, *answer.ids)
        [found] = score(opened, [Window(0, recited, tuple(range(10, 20)))], 100)
        assert written(answer.ids, found) == answer.ids
        changed = (*answer.ids[:4], answer.ids[4] + 1, *answer.ids[5:])
        [other] = score(opened, [Window(0, (*start, *changed), tuple(range(10, 20)))], 100)
        assert written(changed, other) == answer.ids[:5]
    assert written((1, 2, 3), Scored((), (1, 2, 3))) == (1, 2, 3)


def test_names_of_files_are_readable_and_never_shared() -> None:
    assert item_files.slug("f1(tickets.test, average = macro)").startswith("f1-tickets.test-average-=-macro-")
    assert item_files.slug("a(b)") != item_files.slug("a-b-")
