"""A report tells what a search tried; and of a stage that was taken over, how it was trained."""

from __future__ import annotations

import json
from pathlib import Path

from ftspec.report import write_report
from ftspec.report.card import write_card
from ftspec.report.read import read_run
from ftspec.run.folder import RunFolder
from ftspec.run.session import digests_of
from ftspec.run.stages import CURVE, Stages
from tests.report.fixture_run import Made, build
from tests.report.pages import Page

TRIALS = [
    {"settings": ["router.learning_rate=2e-4"], "value": 0.41, "interval": [0.32, 0.5], "n": 102, "best": False},
    {"settings": ["router.learning_rate=1e-3", "router.length=2 epochs"], "value": 0.62, "interval": [0.53, 0.71],
     "n": 102, "best": True},
    {"settings": ["router.learning_rate=<b>"], "failure": "the loss is not a number", "best": False},
]  # fmt: skip


def searched(root: Path) -> Made:
    made = build(root)
    record = {"metric": "accuracy(tickets.validation)", "direction": "maximize", "ratio": True, "trials": TRIALS}
    (made.path / "search.json").write_text(json.dumps(record))
    return made


def test_every_trial_is_shown_and_the_winner_marked(tmp_path: Path) -> None:
    page = Page(write_report(searched(tmp_path).path).read_text())
    for words in (
        "The highest of 3 trials by accuracy(tickets.validation): trial 2, 62\u202f%.",
        "1 router.learning_rate 2e-4 41\u202f% 32 … 50\u202f%, n = 102",
        "2 router.learning_rate 1e-3 router.length 2 epochs 62\u202f%",
        "3 router.learning_rate <b> the loss is not a number",
    ):
        assert words in page.text, words
    assert page.text.count("✓ best") == 1
    drawn = [svg for svg in page.all("svg") if svg.get("aria-label", "").startswith("trial ")]
    assert len(drawn) == 2, "a trial without a score has no dot"


def test_the_card_tells_of_the_search(tmp_path: Path) -> None:
    made = searched(tmp_path)
    (made.path / "model").mkdir(exist_ok=True)
    card = write_card(made.path, made.path / "model", None).read_text()
    assert "The highest of 3 trials by accuracy(tickets.validation): trial 2" in card
    assert "| 2 | `router.learning_rate = 1e-3`, `router.length = 2 epochs` | 62\u202f%" in card


def test_without_a_search_there_is_no_section(tmp_path: Path) -> None:
    page = write_report(build(tmp_path).path).read_text()
    assert 'id="search"' not in page and 'href="#search"' not in page


def test_a_damaged_record_of_the_search_is_named(tmp_path: Path) -> None:
    made = searched(tmp_path)
    (made.path / "search.json").write_text("{")
    assert "search.json cannot be read, so no trials are shown" in Page(write_report(made.path).read_text()).text


def test_a_stage_that_was_taken_over_shows_how_it_was_trained(tmp_path: Path) -> None:
    made = build(tmp_path)
    lines = (made.path / "record.jsonl").read_text().splitlines()
    training = [line for line in lines if json.loads(line)["event"] in ("log", "validation")]
    rest = [line for line in lines if line not in training]
    (made.path / "record.jsonl").write_text("\n".join(rest) + "\n")
    assert not read_run(made.path).history.stages[0].logs
    place = Stages.place(RunFolder(made.path).stages, digests_of(made.plan)["train.router"])
    place.mkdir(parents=True)
    (place / CURVE).write_text("\n".join(training) + "\n")
    [stage] = read_run(made.path).history.stages
    assert len(stage.logs) == sum('"log"' in line for line in training) > 10
    assert stage.finished is not None and stage.validations
