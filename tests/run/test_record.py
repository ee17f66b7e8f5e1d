"""The record is appended to, whole lines only, whatever happened to the process before."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from ftspec.run.record import Record
from ftspec.text.chain import lines_of, unchained
from tests.run.plans import events, loss_of, ran, train_step, whole


def test_a_torn_line_does_not_take_the_next_one_with_it(tmp_path: Path) -> None:
    """A killed process leaves half a line; what follows stands on its own."""
    path = tmp_path / "record.jsonl"
    path.write_text('{"event": "log", "st')
    record = Record(path)
    record.write("checkpoint", id="train.x", step=3)
    record.close()
    torn, whole_line = path.read_text().splitlines()
    assert torn == '{"event": "log", "st'
    assert json.loads(whole_line)["step"] == 3


def test_every_line_is_json_with_a_time_in_utc(tmp_path: Path) -> None:
    """Numbers that JSON does not know become null."""
    record = Record(tmp_path / "r.jsonl")
    record.write("log", loss=float("nan"), grad_norm=float("inf"), memory_bytes=3)
    record.close()
    line = json.loads((tmp_path / "r.jsonl").read_text())
    assert (line["loss"], line["grad_norm"], line["memory_bytes"]) == (None, None, 3)
    assert datetime.fromisoformat(line["time"]).utcoffset() == timedelta(0)


def test_a_run_tells_its_story_in_order(world: Path) -> None:
    """Every event of the brief, with its fields."""
    plan = whole(world, train_step(world), measured=[loss_of("export"), loss_of("model.base")])
    run = ran(plan, world)
    names = [json.loads(line)["event"] for line in (run / "record.jsonl").read_text().splitlines()]
    assert names[0] == "run_started" and names[-1] == "run_finished"
    [started] = events(run, "run_started")
    assert started["digest"] == plan.digest and started["packages"]["torch"] and started["device"]
    assert [line["id"] for line in events(run, "step_started")] == [step.id for step in plan.steps]
    [trained] = [line for line in events(run, "step_finished") if line["kind"] == "train"]
    assert trained["trainable"] == 3712 and trained["tokens"] > 0 and not trained["reused"]
    log = events(run, "log")
    assert [line["step"] for line in log] == [1, 2, 3, 4, 5, 6]
    assert all(line["tokens_per_second"] > 0 and line["memory_bytes"] > 0 and line["seconds"] > 0 for line in log)
    assert [line["step"] for line in events(run, "validation")] == [3, 6]
    assert [line["step"] for line in events(run, "checkpoint")] == [2, 4]
    assert [line["id"] for line in events(run, "measured")] == ["loss(colours.test)", "loss(colours.test)@model.base"]
    assert events(run, "verdict")[0]["verdict"] == "pass"
    assert events(run, "run_finished")[0]["peak_memory_bytes"] > 1 << 20


def told(path: Path, *numbers: int) -> list[str]:
    """Chained lines, as a run writes them."""
    record = Record(path)
    for number in numbers:
        record.write("log", step=number, loss=0.5)
    record.close()
    return lines_of(path.read_bytes())


def test_every_line_is_bound_to_those_before_it(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    lines = told(path, 1, 2, 3)
    assert list(unchained(lines)) == []
    assert list(unchained(told(path, 4))) == [], "another process goes on"
    assert list(unchained(lines[1:])) == [1] and list(unchained([lines[0], lines[2]])) == [2]
    assert list(unchained([lines[0], lines[1].replace("0.5", "0.1"), lines[2]])) == [2]


def test_a_torn_line_and_an_older_beginning_are_no_edits(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    path.write_text('{"event": "run_started", "time": "x"}\n')
    told(path, 1)
    path.write_bytes(path.read_bytes() + b'{"event": "log", "st')
    lines = told(path, 2)
    assert len(lines) == 4 and list(unchained(lines)) == []
    assert list(unchained(lines[:3])) == [3], "half a line at the very end is named"
