"""Stages whose rows models write may find a part of them empty, which no plan could know."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftspec.errors import CannotRun
from ftspec.run import job
from tests.run.plans import events, ran, train_step, whole


def _without(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = job._examples
    monkeypatch.setattr(
        job, "_examples", lambda use, step, session: [] if use.split == part else found(use, step, session)
    )


def test_without_rows_to_watch_it_trains(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _without("validation", monkeypatch)
    run = ran(whole(world, train_step(world)), world)
    assert not events(run, "validation") and len(events(run, "log")) == 6


def test_without_rows_to_train_on_it_says_so(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _without("train", monkeypatch)
    with pytest.raises(CannotRun, match="colourist has no row to train on"):
        ran(whole(world, train_step(world)), world)
