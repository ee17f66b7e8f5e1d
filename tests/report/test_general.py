"""What training did beside its task: forgetting and calibration in the report."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from ftspec.plan.steps import Train
from ftspec.report.charts import reliability
from ftspec.report.charts.reliability import Bin
from ftspec.report.read import read_run
from ftspec.report.view.general import _bins, _told, forgetting
from tests.report.fixture_run import build


def test_scores_on_data_that_no_stage_reads_are_listed(tmp_path: Path) -> None:
    run = read_run(build(tmp_path).path)
    found = {kept.name: kept for kept in forgetting(run)}
    assert "perplexity(english)" in found
    assert not any("tickets" in name for name in found), "what trains is no witness of forgetting"
    assert found["perplexity(english)"].before and found["perplexity(english)"].after


def test_bins_hold_every_row_once() -> None:
    scores = [{"confidence": n / 20, "right": float(n % 2)} for n in range(21)]
    bins = _bins(scores)
    assert sum(each.count for each in bins) == 21
    assert all(low.confidence < high.confidence for low, high in pairwise(bins))


def test_it_is_said_whether_the_model_is_too_sure() -> None:
    sure = [{"confidence": 0.9, "right": 0.0}, {"confidence": 0.9, "right": 1.0}]
    assert _told(sure).endswith("90.0 % sure and 50.0 % right: surer than it is right.")
    assert "less sure" in _told([{"confidence": 0.5, "right": 1.0}])


def test_the_drawing_tells_every_dot() -> None:
    drawing = reliability.draw([Bin(0.55, 0.4, 10), Bin(0.95, 0.9, 40)], 410).__html__()
    assert drawing.count("<circle") == 2
    assert "40 rows with 95 % confidence: 90 % right" in drawing


def test_data_of_an_imported_spec_is_known_as_trained_on(tmp_path: Path) -> None:
    """Its name has dots of its own: `lora.tickets.test`."""
    run = read_run(build(tmp_path).path)
    assert run.verdict is not None
    steps = [
        step.model_copy(update={"data": step.data.model_copy(update={"data": "data.lora.tickets"})})
        if isinstance(step, Train)
        else step
        for step in run.plan.steps
    ]
    gates = [
        gate.model_copy(update={"data": f"lora.{gate.data}", "baseline": 0.5, "value": 0.6})
        for gate in run.verdict.gates
        if gate.data == "tickets.test"
    ]
    changed = replace(
        run,
        plan=run.plan.model_copy(update={"steps": tuple(steps)}),
        verdict=run.verdict.model_copy(update={"gates": tuple(gates)}),
    )
    assert gates and forgetting(changed) == ()
