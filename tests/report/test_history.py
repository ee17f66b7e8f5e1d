"""The record, told in order."""

from __future__ import annotations

import json
from typing import Any

from ftspec.report.events import read
from ftspec.report.history import History, State, tell
from tests.report.fixture_plan import make_plan
from tests.report.fixture_record import record


def history(*events: dict[str, Any] | str) -> History:
    lines = (each if isinstance(each, str) else json.dumps({"time": "2026-11-21T09:00:00Z"} | each) for each in events)
    return tell(read("\n".join(lines)))


START = {"event": "run_started", "digest": "d", "ftspec": "0.1.0"}


def log(step: int, loss: float) -> dict[str, Any]:
    return {"event": "log", "id": "train.a", "step": step, "steps": 9, "loss": loss}


def test_no_record_is_a_run_that_has_not_started() -> None:
    assert history().state is State.NOT_STARTED


def test_the_latest_process_says_how_the_run_ended() -> None:
    failed = {"event": "failed", "message": "no memory"}
    stopped = {"event": "stopped", "signal": "SIGTERM", "step": 7}
    finished = {"event": "run_finished", "seconds": 3.0}
    assert history(START, failed).detail == "no memory"
    assert history(START, failed, START).state is State.UNFINISHED
    assert history(START, failed, START, stopped).detail == "by SIGTERM at step 7"
    assert history(START, stopped, START, finished).state is State.FINISHED


def test_a_step_that_was_trained_twice_counts_once_as_the_later_said() -> None:
    stage = history(START, log(1, 3.0), log(2, 2.0), START, log(2, 1.9), log(3, 1.5)).stage("train.a")
    assert stage is not None
    assert [(each.step, each.loss) for each in stage.logs] == [(1, 3.0), (2, 1.9), (3, 1.5)]
    assert stage.resumed == (2,)


def test_a_first_start_is_no_resumption() -> None:
    stage = history(START, START, log(1, 3.0)).stage("train.a")
    assert stage is not None
    assert stage.resumed == ()


def test_torn_lines_are_counted_and_unknown_events_passed_over() -> None:
    found = history(START, {"event": "of a later version"}, '{"event": "log", "id"', "[]")
    assert found.unreadable == 2
    assert len(found.starts) == 1


def test_a_line_separator_inside_a_message_ends_no_line() -> None:
    found = history(
        json.dumps({"time": "2026-11-21T09:00:00Z", "event": "failed", "message": "a\u2028b"}, ensure_ascii=False)
    )
    assert (found.state, found.detail, found.unreadable) == (State.FAILED, "a\u2028b", 0)


def test_the_whole_record_of_a_resumed_run() -> None:
    found = history(*record(make_plan("a goal", "")))
    assert found.state is State.FINISHED
    assert len(found.starts) == 2
    assert [stage.id for stage in found.stages] == ["train.router"]
    assert [each.step for each in found.stages[0].logs] == list(range(1, 67))
    assert found.stages[0].resumed == (41,)
    assert "evaluate" in {step.id for step in found.steps}


def finish(seconds: float, reused: bool) -> dict[str, Any]:
    return {"event": "step_finished", "id": "train.a", "kind": "train", "seconds": seconds, "reused": reused}


def test_a_step_that_is_kept_later_took_what_it_took() -> None:
    found = history(START, finish(9.0, False), START, finish(0.0, True))
    assert [(step.seconds, step.reused) for step in found.steps] == [(9.0, False)]
    kept = history(START, finish(0.0, True)).stage("train.a")
    assert kept is not None
    assert kept.finished is not None
    assert kept.finished.reused


def test_the_time_of_all_processes_is_added_up() -> None:
    first = [START | {"time": "2026-11-21T09:00:00Z"}, log(1, 2.0) | {"time": "2026-11-21T09:00:07Z"}]
    second = [START | {"time": "2026-11-21T19:00:00Z"}, log(2, 2.0) | {"time": "2026-11-21T19:00:05Z"}]
    assert history(*first, *second).seconds == 12.0
    assert history().seconds == 0.0
