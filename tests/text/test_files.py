"""Reading specs, and writing what must not be lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ftspec.text import codes
from ftspec.text.diagnostic import Code, Diagnostic
from ftspec.text.files import MAX_BYTES, decode, read_source, shown_path, write_atomic
from ftspec.text.source import Source


def refused(path: Path) -> Diagnostic:
    found = read_source(path)
    assert isinstance(found, Diagnostic)
    assert found.place is not None
    return found


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", codes.EMPTY_FILE, "is empty"),
        (b" \r\n\t\n", codes.EMPTY_FILE, "is empty"),
        (b"\xef\xbb\xbf", codes.EMPTY_FILE, "is empty"),
        (b"ftspec 1\n\0", codes.BINARY_FILE, "binary"),
        (b"ftspec 1\n\xe9\n", codes.NOT_UTF8, "byte 0xe9 on line 2"),
        ("ftspec 1".encode("utf-16"), codes.NOT_UTF8, "UTF-16"),
        (b"#" * (MAX_BYTES + 1), codes.TOO_LARGE, "1 MiB"),
    ],
)
def test_bytes_that_are_no_spec(tmp_path: Path, data: bytes, code: Code, words: str) -> None:
    path = tmp_path / "a.ft"
    path.write_bytes(data)
    found = refused(path)
    assert found.code == code
    assert words in found.message
    assert "a.ft" in found.message


def test_a_missing_file_and_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "router.ft").write_text("ftspec 1")
    found = refused(tmp_path / "rotuer.ft")
    assert found.code == codes.MISSING_FILE
    assert "router.ft` is there" in (found.help or "")
    assert "ftspec init" in (refused(tmp_path / "unlike.ft").help or "")
    assert "ftspec init" in (refused(tmp_path / "no" / "router.ft").help or "")


def test_a_folder_and_a_loop(tmp_path: Path) -> None:
    assert refused(tmp_path).code == codes.NOT_A_FILE
    loop = tmp_path / "loop.ft"
    loop.symlink_to(loop)
    assert refused(loop).code == codes.UNREADABLE
    assert refused(tmp_path / "a\0b.ft").code == codes.UNREADABLE


def test_the_text_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.ft"
    path.write_bytes("\ufeffftspec 1\r\n# é\n".encode())
    source = read_source(path)
    assert isinstance(source, Source)
    assert source.text == "\ufeffftspec 1\r\n# é\n"
    assert decode(b"ftspec 1\r\n", "<stdin>") == Source("<stdin>", "ftspec 1\r\n")


def test_a_path_is_shown_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown_path(tmp_path / "specs" / "a.ft") == "specs/a.ft"
    assert shown_path("specs/a.ft") == "specs/a.ft"
    assert shown_path("../a.ft") == "../a.ft"
    assert shown_path("/elsewhere/a.ft") == "/elsewhere/a.ft"


def test_writing_replaces_whole_files(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_atomic(path, "one\r\n")
    assert path.read_bytes() == b"one\r\n"
    path.chmod(0o640)
    write_atomic(path, b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_writing_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "there" / "a.txt")
    write_atomic(link, "x")
    assert link.is_symlink()
    assert (tmp_path / "there" / "a.txt").read_text() == "x"


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    write_atomic(path, "old")

    def fail(source: str, target: str) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="full"):
        write_atomic(path, "new")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomic(tmp_path / "no" / "a.txt", "x")
