"""A search runs its trials, lets the best of them train the model that is judged, and writes down what it tried."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner

from ftspec.cli.commands.run import command
from ftspec.errors import TrainingFailed
from ftspec.evaluate.results import GateResult
from ftspec.run.trials import Tried, best_of, keep, table

SPECS = Path(__file__).parents[2] / "specs"


def tried(value: float | None, failure: str | None = None) -> Tried:
    fields = dict.fromkeys(GateResult.model_fields)
    known = {"value": value, "metric": "accuracy", "unit": "", "ratio": True, "confidence": 0.95, "n": 9}
    gate = GateResult.model_construct(**{**fields, **known})
    return Tried((f"router.learning_rate={value}",), Path("runs/x"), None if failure else gate, failure)


def test_the_best_is_the_first_of_equals_in_the_direction_asked() -> None:
    all_of_them = [tried(0.5), tried(0.7), tried(0.7), tried(None, "nan")]
    assert best_of(all_of_them, "maximize") is all_of_them[1]
    assert best_of(all_of_them, "minimize") is all_of_them[0]


def test_no_value_at_all_is_a_failure_with_its_reason() -> None:
    with pytest.raises(TrainingFailed, match="none of 2 trials gave a value: the loss is not a number"):
        best_of([tried(None, "the loss is not a number"), tried(None)], "maximize")


def test_what_was_tried_is_kept_and_shown(tmp_path: Path) -> None:
    both = [tried(0.25), tried(None, "the loss is not a number")]
    keep(tmp_path / "run", "accuracy(tickets.validation)", "maximize", both, both[0])
    record = json.loads((tmp_path / "run" / "search.json").read_text())
    assert [(each["value"], each["best"], each["failure"]) for each in record["trials"]] == [
        (0.25, True, None),
        (None, False, "the loss is not a number"),
    ]
    shown = table("accuracy(tickets.validation)", both, both[0])
    assert "router.learning_rate=0.25" in shown
    assert "failed" in shown
    assert shown.count("best") == 1


SEARCH = """
search {
  trials   = 2
  minimize = loss(tickets.validation)

  router.learning_rate = choice(1e-5, 2e-3)
}
"""


@pytest.mark.slow
def test_a_search_trains_and_judges_the_winner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "specs"
    home.mkdir()
    for name in ("base", "data"):
        copytree(SPECS / name, home / name)
    text = (SPECS / "tickets.ft").read_text()
    (home / "tickets.ft").write_text(text.replace("6 epochs", "20 steps").replace("require", "warn") + SEARCH)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(command, [str(home / "tickets.ft"), "--quiet"], standalone_mode=False)
    assert result.exception is None, result.output
    [record] = (tmp_path / "runs" / "tickets").glob("*/search.json")
    [best] = [each for each in json.loads(record.read_text())["trials"] if each["best"]]
    assert best["settings"] == ["router.learning_rate=0.002"], "what hardly learns in twenty steps does not win"
    plan = json.loads((record.parent / "plan.json").read_text())
    assert next(each for each in plan["steps"] if each["kind"] == "train")["learning_rate"] == 0.002
    assert plan["origins"]["train.router.learning_rate"]["by"] == "search"
    told = json.loads((record.parent / "verdict.json").read_text())
    assert "search.json" in told["evidence"]["files"]
    page = (record.parent / "report.html").read_text()
    assert 'id="search"' in page and "No loss was logged" not in page
    assert len(list((tmp_path / "runs" / "tickets" / "stages").glob("*/stage.json"))) == 2, (
        "the winner is not trained twice"
    )
