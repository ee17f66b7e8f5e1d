"""Every code has a name, a page whose wrong example shows it and whose right example does not, and a case file.

The case file, `tests/cases/codes/FT….txt`, is all that is said about the wrong example, with the fixes it offers.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from ftspec.compile.local_files import missing_files
from ftspec.errors import Rejected
from ftspec.pipeline import Options, load
from ftspec.pipeline import compile as compile_spec
from ftspec.reference.all_codes import all_codes
from ftspec.syntax import parse
from ftspec.text.diagnostic import Diagnostic, in_order
from ftspec.text.files import read_source
from ftspec.text.fixes import apply
from ftspec.text.render import render
from ftspec.text.source import Source
from tests.goldens import golden
from tests.reference.bench import lay_out, padded, plain_rows, whole, write_rows

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "ftspec" / "text" / "explain"
CASES = ROOT / "tests" / "cases" / "codes"
CODES = sorted(all_codes())
EXAMPLE = re.compile(r"^(Wrong|Right):\n((?:```\w+\n.*?^```\n?)+)", re.M | re.S)
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
COMPILED = ("FT3", "FT4", "FT5")
"""What needs data, a model or a device is seen by `compile`."""

DEVICE = "rtx_4090"


class Said(NamedTuple):
    """What is said about an example."""

    text: str
    codes: set[str]
    errors: set[str]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One bench for all examples that leave its files alone."""
    return lay_out(tmp_path_factory.mktemp("bench"))


@cache
def examples(code: str) -> dict[str, list[tuple[str, str]]]:
    """The language and the text of each part of the wrong and the right example."""
    text = (PAGES / f"{code}.md").read_text("utf-8")
    return {which: FENCE.findall(parts) for which, parts in EXAMPLE.findall(text)}


def say(code: str, which: str, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """What ftspec says about one example of a page."""
    parts = examples(code)[which]
    if parts[0][0] == "sh":
        return _shell(code, parts[0][1], tmp_path)
    monkeypatch.chdir(shared)
    rows = next((text for language, text in parts if language == "jsonl"), None)
    if rows is None:
        write_rows(shared / "rows.jsonl", plain_rows())
    else:
        _write_rows(code, rows, shared / "rows.jsonl")
    spec = next((text for language, text in parts if language == "ft"), "")
    path = shared / "spec.ft"
    path.write_text(spec if code.startswith("FT1") else whole(spec), "utf-8")
    found = _found(code, path)
    return Said(
        render(found) + _fixes(found),
        {each.code.id for each in found},
        {each.code.id for each in found if each.is_error},
    )


def _write_rows(code: str, rows: str, path: Path) -> None:
    """The rows of the example, and more like those of the right one."""
    import json

    right = next(text for language, text in examples(code)["Right"] if language == "jsonl")
    write_rows(path, padded([json.loads(line) for line in right.splitlines()]))
    path.write_text(rows + path.read_text("utf-8"), "utf-8")


def _found(code: str, path: Path) -> list[Diagnostic]:
    if code.startswith("FT1"):
        source = read_source(path)
        return [source] if isinstance(source, Diagnostic) else list(parse(source).diagnostics)
    loaded = load(path)
    found = list(loaded.diagnostics)
    compiles = code.startswith(COMPILED) and loaded.spec is not None and (loaded.spec.trains or code == "FT305")
    if loaded.spec is None or loaded.has_errors or code in ("FT409", "FT415") or not compiles:
        return in_order([*found, *(missing_files(loaded.spec) if loaded.spec else ())])
    try:
        return list(
            compile_spec(path, Options(device=None if "hardware {" in path.read_text("utf-8") else DEVICE)).diagnostics
        )
    except Rejected as rejected:
        return list(rejected.diagnostics)


def _fixes(found: list[Diagnostic]) -> str:
    """A line for each fix: how safe it is, and what it puts where."""
    lines = []
    for each in found:
        for edit in each.fix.edits if each.fix is not None else ():
            assert each.place is not None and each.fix is not None
            at = each.place.source.position(edit.span.start)
            old = each.place.source.text[edit.span.start : edit.span.end]
            rating = "safe" if each.fix.safe else "unsafe"
            lines.append(f"{rating} fix of {each.code.id} at {at.line}:{at.column}: {old!r} becomes {edit.text!r}\n")
    return "".join(["\n", *lines]) if lines else ""


def _shell(code: str, script: str, tmp_path: Path) -> Said:
    """Commands as they stand on the page, in a bench of their own; or what they make of `spec.ft`."""
    folder = lay_out(tmp_path)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "COLUMNS": "80"}
    done = subprocess.run(["sh", "-ec", script], cwd=folder, env=env, capture_output=True, text=True, check=False)
    if "ftspec " not in re.sub(r"'[^']*'", "", script):
        source = read_source(folder / "spec.ft")
        found = [source] if isinstance(source, Diagnostic) else list(parse(source).diagnostics)
        text = render(found) + _fixes(found)
    else:
        said = re.search(r"^(?:error|warning)\[.*", done.stdout + done.stderr, re.M | re.S)
        text = said[0] if said else ""
        assert done.returncode in (0, 1, 3), done.stderr
    heads = re.findall(r"^(error|warning)\[(FT\d+)", text, re.M)
    return Said(
        text.replace(str(folder), "."), {each for _, each in heads}, {each for kind, each in heads if kind == "error"}
    )


@pytest.mark.parametrize("code", CODES)
def test_the_wrong_example_shows_the_code(
    code: str, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)  # an extra: FT510 reads alike with it and without
    said = say(code, "Wrong", shared, tmp_path, monkeypatch)
    assert code in said.codes, said.text
    assert said.errors <= {code} | ({"FT130"} if code == "FT109" else set()), said.text
    golden(CASES / f"{code}.txt", said.text, request)


@pytest.mark.parametrize("code", CODES)
def test_the_right_example_does_not(code: str, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = say(code, "Right", shared, tmp_path, monkeypatch)
    assert code not in said.codes and not said.errors, said.text


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_all_that_belongs_to_it(code: str) -> None:
    """A name of its own, a page, a case file that shows it, and a rating of every fix."""
    known = all_codes()[code]
    assert re.fullmatch(r"FT[1-5]\d\d", code) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", known.name)
    assert [each.id for each in all_codes().values() if each.name == known.name] == [code]
    title, _, rest = (PAGES / f"{code}.md").read_text("utf-8").partition("\n")
    assert title == f"# {known}" and list(examples(code)) == ["Wrong", "Right"]
    assert 1 <= len(re.findall(r"[.:](?=\s|$)", rest.partition("\nWrong:")[0].strip())) <= 6
    case = (CASES / f"{code}.txt").read_text("utf-8")
    assert f"[{known}]" in case
    assert all(
        line.startswith(("safe fix of FT", "unsafe fix of FT")) for line in case.splitlines() if " fix of FT" in line
    )


@pytest.mark.parametrize("code", CODES)
def test_a_message_is_plain_and_names_a_remedy(code: str) -> None:
    """Lowercase, no final stop, and a help line."""
    text = (CASES / f"{code}.txt").read_text("utf-8")
    for block in re.split(r"\n(?=error\[|warning\[)", text):
        head = re.match(r"(?:error|warning)\[FT\d+ [a-z0-9-]+\]: (.*)", block)
        assert head is not None, block
        assert not head[1].endswith(".") and not head[1][:1].isupper()
        assert "help: " in block, block
    assert "did you mean" not in text


def test_no_number_is_used_twice() -> None:
    """One number, one meaning, in all modules that define codes."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "ftspec").rglob("*codes.py")):
        for number, name in re.findall(r'Code\("(FT\d+)", "([a-z0-9-]+)"', path.read_text("utf-8")):
            found.setdefault(number, set()).add(f"{name} of {path.name}")
    assert {number: names for number, names in found.items() if len(names) > 1} == {}
    assert set(found) == set(CODES)


def test_there_are_no_other_pages_and_cases() -> None:
    for folder, suffix in ((PAGES, "md"), (CASES, "txt")):
        assert {path.stem for path in folder.glob(f"*.{suffix}")} == set(CODES)


@pytest.mark.parametrize(
    "code", [code for code in CODES if code.startswith(("FT1", "FT2")) and examples(code)["Wrong"][0][0] == "ft"]
)
def test_a_fix_mends_what_it_is_for(code: str, shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shared)
    path = shared / "spec.ft"
    text = examples(code)["Wrong"][0][1]
    path.write_text(text if code.startswith("FT1") else whole(text), "utf-8")
    before = _found(code, path)
    for each in before:
        if each.fix is not None:
            source = Source("spec.ft", path.read_text("utf-8"))
            path.write_text(apply(source, each.fix), "utf-8")
            after = _found(code, path)
            assert [one.code for one in after].count(each.code) < [one.code for one in before].count(each.code)
            path.write_text(source.text, "utf-8")
