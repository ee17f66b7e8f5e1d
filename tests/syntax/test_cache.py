"""The parse table's cache: used where it is sound, made anew where it is not, never in the way."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ftspec.syntax import cache, table

GRAMMAR = "start: A"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    table.load.cache_clear()
    yield tmp_path / "ftspec"
    table.load.cache_clear()


def only(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_what_was_written_is_read(home: Path) -> None:
    assert cache.read(GRAMMAR, 1) is None
    cache.write(GRAMMAR, 1, {"a": [1]})
    assert cache.read(GRAMMAR, 1) == {"a": [1]}
    assert home.stat().st_mode & 0o777 == 0o700


def test_another_grammar_or_layout_finds_nothing(home: Path) -> None:
    cache.write(GRAMMAR, 1, {})
    assert cache.read(GRAMMAR + " ", 1) is None
    assert cache.read(GRAMMAR, 2) is None


@pytest.mark.parametrize("damage", [b"", b"x", b"00000000\n{}", b"\xff\xfe\n", b"{}"])
def test_a_damaged_file_is_made_anew(home: Path, damage: bytes) -> None:
    whole = table.load()
    only(home).write_bytes(damage)
    table.load.cache_clear()
    again = table.load()
    assert again.terminals == whole.terminals
    assert only(home).read_bytes() != damage


def test_one_changed_byte_is_noticed(home: Path) -> None:
    table.load()
    path = only(home)
    path.write_bytes(path.read_bytes().replace(b'"size"', b'"sise"').replace(b"[0,", b"[1,", 1))
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(bytes(data))
    table.load.cache_clear()
    table.load()


def test_a_folder_that_others_may_write_is_not_trusted(home: Path) -> None:
    home.mkdir()
    home.chmod(0o777)
    cache.write(GRAMMAR, 1, {})
    assert list(home.iterdir()) == []


def test_a_file_in_the_folders_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ftspec").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache.write(GRAMMAR, 1, {})
    assert cache.read(GRAMMAR, 1) is None


def test_no_home_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    assert cache.folder() is None
    assert cache.read(GRAMMAR, 1) is None
    cache.write(GRAMMAR, 1, {})


def test_a_relative_cache_home_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    folder = cache.folder()
    assert folder is not None
    assert folder.is_absolute()


def test_a_warm_start_needs_no_lark(tmp_path: Path) -> None:
    program = "import sys, ftspec.syntax as s; from ftspec.text.source import Source; s.parse(Source('a', 'ftspec 1'))"
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
    loaded = [
        subprocess.run(
            [sys.executable, "-c", f"{program}; print('lark' in sys.modules, 'pydantic' in sys.modules)"],
            env=environment,
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for _ in range(2)
    ]
    assert loaded == [["True", "False"], ["False", "False"]]
