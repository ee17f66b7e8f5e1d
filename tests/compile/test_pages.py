"""Every code of the front end has a page whose wrong example shows it and whose right example does not."""

from __future__ import annotations

import json
import re
import shutil
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import ftspec
from ftspec.compile import codes
from ftspec.compile.local_files import missing_files
from ftspec.errors import Rejected
from ftspec.pipeline import Options, load
from ftspec.pipeline import compile as compile_spec
from ftspec.resources import resource
from ftspec.text.diagnostic import Code, Diagnostic

PAGES = Path(ftspec.__file__).parent / "text" / "explain"
OWN = {each.id: each for each in vars(codes).values() if isinstance(each, Code)}
NEED_FACTS = {
    "FT305": "whether there is anything to plan is asked when a plan is made",
    "FT311": "which modules there are is known from the model",
    "FT325": "what a tokenizer knows is read from the model's folder",
    "FT402": "how many rows a gate has is known from the data",
    "FT406": "how many tokens train is known from the data",
    "FT408": "whether there is a chat template is known from the model",
    "FT550": "what a plan takes is known from the plan",
    "FT551": "what a device costs is known from the catalogue",
    "FT552": "what a plan takes is known from the plan",
}
"""Codes that `check` cannot give; their examples are compiled."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a model, one without a chat template, and rows."""
    root = tmp_path_factory.mktemp("pages")
    (root / ".git").mkdir()
    for name in ("base", "plain"):
        shutil.copytree(resource("specs") / "base", root / name)
    shutil.copytree(root / "base", root / "other")
    (root / "other" / "tokenizer.json").write_bytes((root / "base" / "tokenizer.json").read_bytes() + b"\n")
    for bare in ("chat_template.jinja",):
        (root / "plain" / bare).unlink(missing_ok=True)
    config = json.loads((root / "plain" / "tokenizer_config.json").read_text("utf-8"))
    config.pop("chat_template", None)
    (root / "plain" / "tokenizer_config.json").write_text(json.dumps(config), "utf-8")
    shutil.copy(resource("specs") / "base" / "chat_template.jinja", root / "chat.jinja")
    answers = [{"prompt": f"ticket {n}: the printer is out of order", "completion": "technical"} for n in range(60)]
    talks = [{"messages": _talk(each["prompt"], each["completion"])} for each in answers]
    for name, rows in {"tickets": answers, "answers": answers, "talks": talks}.items():
        (root / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (root / "english.txt").write_text("A plain sentence.\n\nAnother one.\n", "utf-8")
    return root


def _talk(question: str, answer: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def examples(code: str) -> tuple[str, str]:
    """The wrong and the right file of a page."""
    text = (PAGES / f"{code}.md").read_text("utf-8")
    found = re.findall(r"^(Wrong|Right):\n```ft\n(.*?)^```$", text, re.S | re.M)
    assert [name for name, _ in found] == ["Wrong", "Right"], code
    return found[0][1], found[1][1]


def found_in(text: str, folder: Path, compiles: bool) -> list[Diagnostic]:
    """What `check`, or `compile`, says about a file."""
    path = folder / "right.ft"
    path.write_text(text, "utf-8")
    if compiles:
        try:
            return list(compile_spec(path, Options()).diagnostics)
        except Rejected as rejected:
            return list(rejected.diagnostics)
    loaded = load(path)
    return [*loaded.diagnostics, *(missing_files(loaded.spec) if loaded.spec else ())]


@pytest.mark.parametrize("code", OWN)
def test_page(code: str, folder: Path) -> None:
    """The wrong example has the code and no other error; the right example has neither."""
    wrong, right = examples(code)
    bad, good = (found_in(text, folder, code in NEED_FACTS) for text in (wrong, right))
    assert code in {each.code.id for each in bad}
    assert {each.code.id for each in bad if each.is_error} <= {code}
    assert code not in {each.code.id for each in good}
    assert not [each.message for each in good if each.is_error]


@pytest.mark.parametrize("code", OWN)
def test_page_is_well_formed(code: str) -> None:
    """A title, two or three sentences, two whole files."""
    first, _, rest = (PAGES / f"{code}.md").read_text("utf-8").partition("\n")
    assert first == f"# {OWN[code]}"
    words = rest.partition("\nWrong:")[0].strip()
    assert 1 <= len(re.findall(r"[.:](?= |$)", words)) <= 6, words
    assert all(example.startswith("ftspec 1\n\n") and example.endswith("\n") for example in examples(code))


def every_code() -> list[tuple[str, Code]]:
    """Every code that any module of the package defines, with the module."""
    found = []
    for info in walk_packages(ftspec.__path__, "ftspec."):
        if info.name.endswith(("codes", "tokenizer")):
            module = import_module(info.name)
            found += [(info.name, each) for each in vars(module).values() if isinstance(each, Code)]
    return found


def test_no_code_is_used_twice() -> None:
    """One number, one meaning."""
    by_id: dict[str, set[Code]] = {}
    for _, code in every_code():
        by_id.setdefault(code.id, set()).add(code)
    assert {id: codes for id, codes in by_id.items() if len(codes) > 1} == {}


def test_every_code_has_a_page() -> None:
    """`ftspec explain` knows all of them, and none that is not there."""
    assert {code.id for _, code in every_code()} == {path.stem for path in PAGES.glob("FT*.md")}
