"""People's ratings: kept at every click, agreed upon, and never a pass before enough are in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ftspec.evaluate import Measurements, decide, measure, ratings
from ftspec.evaluate.ratings import Pair
from ftspec.plan.plan import Gate
from ftspec.plan.steps import Decide, Evaluate, Generation
from ftspec.spec.rules import Comparison, Constant, Reading
from tests.evaluate.scenes import Log, Zoo, ask, measurement, sentence

ID = "human_preference(tickets.test)"
GATE = Gate(
    verb="require",
    rule=f"{ID} >= 50%",
    condition=Comparison(operator=">=", left=Reading(measurement=ID), right=Constant(value=0.5)),
    measurement=ID,
    baseline=None,
    because=None,
)


class Scene:
    """A run whose one gate asks people."""

    def __init__(self, folder: Path, raters: int = 2, equal: bool = False) -> None:
        self.run = folder / "run"
        self.zoo = Zoo(folder / "tokenizer", {"export": 1, "model.base": 1 if equal else 2})
        generator = np.random.default_rng(0)
        self.rows = [ask(sentence(generator, 4), "yes", n) for n in range(6)]
        self.step = Evaluate(
            id="evaluate",
            measurements=(measurement(ID, "human_preference", raters=raters),),
            generation=Generation(max_new_tokens=3, batch_tokens=256),
            samples=0,
            needs=("model.base",),
        )

    def measured(self) -> Measurements:
        return measure(self.step, self.zoo, lambda use: self.rows, self.run / "items", Log())  # type: ignore[arg-type,return-value]

    def verdict(self) -> tuple[str, str | None]:
        step = Decide(id="decide", confidence=None, correction="none", seed=0)
        [gate] = decide(step, [GATE], self.measured()).gates
        return gate.verdict, gate.reason

    @property
    def pairs(self) -> list[Pair]:
        from ftspec.evaluate import items

        index = items.read_index(self.run / "items")
        own, over = (items.read(self.run / "items", index[f"answers(tickets.test) @ {s}"]) for s in self.zoo.seeds)
        assert own and over
        return [Pair(a["item"], a["prompt"], a["given"], b["given"]) for a, b in zip(own, over, strict=True)]


def test_the_gate_waits_for_enough_people(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    assert scene.verdict()[0] == "inconclusive"
    opened = list(scene.zoo.opened)
    pairs = [pair for pair in scene.pairs if not pair.is_equal]
    assert len(pairs) > 2
    for pair in pairs:
        ratings.add(scene.run, "ann", pair, "own")
    ratings.add(scene.run, "bob", pairs[0], "own")
    outcome, reason = scene.verdict()
    assert outcome == "inconclusive"
    assert f"1 of 2 raters are done (bob has {len(pairs) - 1} left)" in (reason or "")
    for pair in pairs:
        ratings.add(scene.run, "bob", pair, "own")
    assert scene.verdict() == ("pass", None)
    for pair in pairs:
        ratings.add(scene.run, "bob", pair, "over")
        ratings.add(scene.run, "ann", pair, "over")
    assert scene.verdict() == ("fail", None), "who changes their mind is heard"
    assert scene.zoo.opened == opened, "no model is opened for what people said"


def test_ratings_of_other_answers_do_not_count(tmp_path: Path) -> None:
    scene = Scene(tmp_path, raters=1)
    scene.measured()
    for pair in scene.pairs:
        ratings.add(scene.run, "ann", Pair(pair.item, pair.prompt, "another answer", pair.over), "own")
    assert scene.verdict()[0] == "inconclusive"


def test_equal_answers_are_ties(tmp_path: Path) -> None:
    assert Scene(tmp_path, equal=True).measured()[ID].value == 0.5


def test_a_torn_line_loses_one_click_and_no_other(tmp_path: Path) -> None:
    pairs = [Pair(str(n), "prompt", "a", "b") for n in range(3)]
    for pair in pairs:
        ratings.add(tmp_path, "ann", pair, "tie")
    path = tmp_path / "ratings" / "ann.jsonl"
    path.write_bytes(path.read_bytes()[:-10])
    assert ratings.unfinished(tmp_path, pairs) == {"ann": 1}
    ratings.add(tmp_path, "ann", pairs[2], "own")
    assert ratings.finished(tmp_path, pairs) == {"ann": ["tie", "tie", "own"]}


@pytest.mark.parametrize("name", ["", "../x", "a b", "x" * 41, "a/b", ".", "a.b"])
def test_a_name_is_no_path(name: str) -> None:
    assert not ratings.is_name(name)


def test_alpha_is_krippendorffs_own_example() -> None:
    """Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section C: nominal data, missing values."""
    observers = [
        "1 2 3 3 2 1 4 1 2 * * *",
        "1 2 3 3 2 2 4 1 2 5 * 3",
        "* 3 3 3 2 3 4 2 2 5 1 *",
        "1 2 3 3 2 4 4 1 2 5 1 *",
    ]
    table = [[None if value == "*" else value for value in row.split()] for row in observers]
    assert ratings.alpha(table) == pytest.approx(0.743, abs=5e-4)


def test_alpha_is_that_of_the_library() -> None:
    krippendorff = pytest.importorskip("krippendorff")
    generator = np.random.default_rng(0)
    for _ in range(20):
        table = generator.integers(0, 4, (3, 15))
        names = [[None if value == 3 else str(value) for value in row] for row in table]
        data = np.where(table == 3, np.nan, table.astype(float))
        expected = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
        assert ratings.alpha(names) == pytest.approx(expected, abs=1e-9)


def test_alpha_needs_two_people_and_two_choices() -> None:
    assert ratings.alpha([["own", "tie"]]) is None
    assert ratings.alpha([["own", "own"], ["own", "own"]]) is None
    assert ratings.alpha([["own", "tie", "over"], ["own", "tie", "over"]]) == 1
