"""Two runs side by side."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ftspec.cli.main import main
from ftspec.errors import CannotRun
from ftspec.evaluate import items as item_files
from ftspec.evaluate.items import Taken
from ftspec.evaluate.results import Scores
from ftspec.evaluate.taking import computed
from ftspec.kinds.metrics import Answer
from ftspec.plan.canonical import sealed, to_json
from ftspec.plan.steps import Evaluate
from ftspec.report.comparison import compared, html, text
from tests.evaluate.scenes import measurement
from tests.evaluate.test_verify import plan as small_plan

ID = "accuracy(tickets.test)"


def write_run(folder: Path, given: str, metric: str = "accuracy") -> Path:
    """A run with one measurement; every letter of `given` is an answer, `y` the right one in every other row."""
    taken_of = measurement(ID, metric)
    step = Evaluate(id="evaluate", measurements=(taken_of,), generation=_GENERATION, samples=0)
    planned = small_plan()
    steps = (step, *(each for each in planned.steps if each.kind != "evaluate"))
    folder.mkdir(parents=True)
    (folder / "plan.json").write_text(to_json(sealed(planned.model_copy(update={"steps": steps, "gates": ()}))))
    answers = tuple(Answer(f"row{n}", f"Question <{n}>", "yn"[n % 2], letter) for n, letter in enumerate(given))
    blank = Scores(taken_of, tuple(a.item for a in answers), (None,) * len(given), (0,) * len(given), {}, None)
    columns, value, reason = computed(blank.metric, Taken(answers, (0,) * len(given)))
    scores = Scores(taken_of, blank.items, blank.groups, blank.parts, columns, value, reason)
    (folder / "items").mkdir()
    entry = item_files.write(folder / "items", scores, Taken(answers, blank.parts), "d", "o")
    item_files.write_index(folder / "items", {ID: entry})
    return folder


_GENERATION = next(step.generation for step in small_plan().steps if isinstance(step, Evaluate))
RIGHT = "yn" * 20


def test_items_that_changed_are_named_both_ways(tmp_path: Path) -> None:
    one, two = write_run(tmp_path / "one", "nn" + RIGHT[2:]), write_run(tmp_path / "two", RIGHT[:-1] + "y")
    found = compared(one, two)
    [row] = found.rows
    assert [(item.item, item.expected, item.one, item.two) for item in row.improved] == [("row0", "y", "n", "y")]
    assert [item.item for item in row.regressed] == ["row39"]
    assert (row.p, row.outcome, row.n) == (1.0, "same", 40)
    page, shown = html(found), text(found)
    assert "Question &lt;39&gt;" in page and "Question <39>" not in page
    assert "1 became right, 1 wrong · McNemar p 1 · n 40" in shown
    assert max(map(len, shown.splitlines()[3:])) <= 80


@pytest.mark.parametrize("swapped", [False, True])
def test_a_clear_difference_is_called_by_its_name(tmp_path: Path, swapped: bool) -> None:
    runs = [write_run(tmp_path / "one", "yy" * 20), write_run(tmp_path / "two", RIGHT)]
    [row] = compared(*(reversed(runs) if swapped else runs)).rows
    assert row.outcome == ("worse" if swapped else "better")
    assert row.p is not None and row.p < 1e-4
    assert np.sign(row.difference or 0) == (-1 if swapped else 1)


def test_json_is_json_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = write_run(tmp_path / "one", RIGHT), write_run(tmp_path / "two", RIGHT)
    with pytest.raises(SystemExit) as left:
        main(["compare", str(one), str(two), "--format", "json"])
    assert left.value.code == 0
    assert json.loads(capsys.readouterr().out)["rows"][0]["outcome"] == "same"


def test_a_changed_items_file_is_refused(tmp_path: Path) -> None:
    one, two = write_run(tmp_path / "one", RIGHT), write_run(tmp_path / "two", RIGHT)
    [path] = (two / "items").glob("*.jsonl")
    path.write_text(path.read_text() + "\n")
    with pytest.raises(CannotRun, match="is not the file that was written"):
        compared(one, two)
    with pytest.raises(CannotRun, match="is not a run folder"):
        compared(one, tmp_path)
