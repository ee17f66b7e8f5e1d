"""Every code of this floor has a page, and what the page shows is so."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import ftspec
from ftspec.syntax import parse
from ftspec.text import codes
from ftspec.text.diagnostic import Code, Diagnostic
from ftspec.text.files import decode, read_source

CODES = sorted((each for each in vars(codes).values() if isinstance(each, Code)), key=lambda code: code.id)
FENCE = re.compile(r"^(Wrong|Right):\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page(code: Code) -> str:
    return (Path(ftspec.__file__).parent / "text" / "explain" / f"{code.id}.md").read_text(encoding="utf-8")


def found(language: str, example: str, folder: Path) -> set[str]:
    """The codes of a spec, or of the `spec.ft` that a few shell lines make."""
    if language == "sh":
        subprocess.run(["sh", "-c", example], cwd=folder, check=True)
        source = read_source(folder / "spec.ft")
    else:
        source = decode(example.encode(), "spec.ft")
    if isinstance(source, Diagnostic):
        return {source.code.id}
    return {each.code.id for each in parse(source).diagnostics}


@pytest.mark.parametrize("code", CODES, ids=str)
def test_a_page_says_what_is_wrong_and_what_is_right(code: Code, tmp_path: Path) -> None:
    text = page(code)
    assert text.startswith(f"# {code.id} {code.name}\n")
    examples = {title: (language, body) for title, language, body in FENCE.findall(text)}
    assert list(examples) == ["Wrong", "Right"]
    for title, expected in (("Wrong", {code.id}), ("Right", set())):
        folder = tmp_path / title
        folder.mkdir()
        if code is codes.TOO_MANY_ERRORS and title == "Wrong":
            expected = {code.id, codes.WRONG_ASSIGNMENT.id}
        assert found(*examples[title], folder) == expected


def test_no_code_is_used_twice() -> None:
    assert len({code.id for code in CODES}) == len({code.name for code in CODES}) == len(CODES)
    assert all(re.fullmatch(r"FT1\d\d", code.id) for code in CODES)
