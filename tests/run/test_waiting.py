"""Time that a process waited for a processor, and what a pace makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftspec.plan.devices import pace
from ftspec.run.waiting import Waiting, waited
from tests.plan.plans import CPU


def test_threads_say_how_long_they_waited(tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "schedstat").write_text("2000000000 500000000 12\n")
    (tmp_path / "8").mkdir()
    (tmp_path / "8" / "schedstat").write_text("nonsense\n")
    assert waited(tmp_path) == {"7": (2.0, 0.5)}
    assert 0 <= Waiting().share() <= 1


def test_runs_beside_other_work_give_way_to_quiet_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_path", lambda: tmp_path / "pace.json")
    pace.remember_pace(CPU, 60, 600, waited=0.8)
    loaded = pace.with_pace(CPU)
    assert loaded.pace == pytest.approx(2) and not loaded.pace_quiet
    pace.remember_pace(CPU, 60, 66)
    quiet = pace.with_pace(CPU)
    assert quiet.pace == pytest.approx(1.1) and quiet.pace_runs == 1 and quiet.pace_quiet


def test_what_earlier_versions_kept_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pace.json").write_text(f'{{"{CPU.title}": [10.0, 3.2]}}')
    monkeypatch.setattr(pace, "_path", lambda: tmp_path / "pace.json")
    assert pace.with_pace(CPU).pace is None
