"""`ftspec preview`: text, JSON, statistics, colour, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import ftspec
from tests.data.specs import BASE, ROUTE, TICKETS, spec_of, write_rows

SPEC = str(BASE.parent / "tickets.ft")
DATA = 'data rows {\n  source   = jsonl("rows.jsonl")\n  template = route\n}\n'


def test_the_shipped_spec(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ended = ftspec(capsys, "preview", SPEC, "-n", "1", "--data", "tickets", "--stats")
    assert ended.code == 0 and not ended.err
    assert "⟦billing<|im_end|>⟧" in ended.out and "max_length 1024" in ended.out and "\x1b" not in ended.out
    assert "tokens a word" in ended.out and "self-similarity" in ended.out and "english" not in ended.out
    assert max(map(len, ended.out.splitlines())) <= 80


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    ended = ftspec(capsys, "preview", SPEC, "-n", "2", "--format", "json", "--stats")
    found = json.loads(ended.out)
    assert ended.code == 0 and not ended.err
    assert [row["data"] for row in found["rows"]] == ["tickets", "tickets", "english", "english"]
    for row in found["rows"]:
        assert all(row["text"][each["start"] : each["end"]] == each["text"] for each in row["tokens"])
        assert {*row["tokens"][0]} == {"id", "text", "start", "end", "trained"}
    tickets, english = found["data"]
    assert tickets["split"] == "train" and english["split"] == "all"
    assert sum(each["rows"] for each in tickets["histogram"]["bins"]) == tickets["statistics"]["rows"]


def test_colour_where_it_is_forced(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    ended = ftspec(capsys, "preview", SPEC, "-n", "1", "--data", "tickets.test")
    assert "<|im_end|>\x1b[0m" in ended.out and "⟦" not in ended.out and "tickets.test" in ended.out


def test_settings_and_lengths(capsys: pytest.CaptureFixture[str]) -> None:
    ended = ftspec(capsys, "preview", SPEC, "--data", "tickets", "--set", "router.max_length=60")
    assert "cut at 60" in ended.out and "lose part of their answer" in ended.out


@pytest.mark.parametrize("form", ["text", "json"])
def test_rows_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    write_rows(tmp_path / "rows.jsonl", [*TICKETS, {"subject": 1}])
    spec_of(tmp_path, ROUTE + DATA)
    ended = ftspec(capsys, "preview", str(tmp_path / "spec.ft"), "--format", form)
    assert ended.code == 3
    if form == "json":
        [found] = json.loads(ended.out)["diagnostics"]
        assert found["code"] == "FT331" and "rows.jsonl row 31" in found["message"]
    else:
        assert not ended.out and "rows.jsonl row 31 has no fields `body`, `queue`" in ended.err


def test_data_that_nothing_reads_yet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    spec_of(tmp_path, ROUTE + DATA)
    ended = ftspec(capsys, "preview", str(tmp_path / "spec.ft"))
    assert ended.code == 0 and "rows: 30 rows" in ended.out


def test_what_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec_of(tmp_path, ROUTE + DATA)
    missing = ftspec(capsys, "preview", str(tmp_path / "spec.ft"))
    assert missing.code == 3 and "there is no `rows.jsonl`" in missing.err
    assert ftspec(capsys, "preview", SPEC, "--data", "nothing").code == 2
    assert ftspec(capsys, "preview", SPEC, "-n", "-1").code == 2
    write_rows(tmp_path / "rows.jsonl", [])
    empty = ftspec(capsys, "preview", str(tmp_path / "spec.ft"))
    assert empty.code == 3 and "`rows` has no rows" in empty.err
