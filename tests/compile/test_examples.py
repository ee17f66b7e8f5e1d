"""The examples beside each keyword are read as a spec would be: valid ones are accepted, invalid ones refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ftspec.compile.program import assemble
from ftspec.compile.program.snippet import expression_in
from ftspec.compile.read.calls import read_call
from ftspec.compile.read.context import Context, Missing
from ftspec.compile.read.scores import score_of
from ftspec.kinds import families, find, keywords
from ftspec.spec.kind import Kind
from ftspec.syntax.tree import Call
from ftspec.text.source import Source

KINDS = [(family, keyword) for family in families() for keyword in keywords(family)]


def kind_of(family: str, keyword: str) -> type[Kind]:
    """The class behind a keyword."""
    kind = find(family, keyword)
    assert kind is not None
    return kind


def cases(which: str) -> list[tuple[str, str]]:
    """Family and text of every example."""
    return [(family, text) for family, keyword in KINDS for text in getattr(kind_of(family, keyword), which)]


def spec() -> str:
    """A spec with every label that the examples name."""
    parts = re.findall(r"\b(\w+)\.(?:train|validation|test)\b", " ".join(text for _, text in cases("valid")))
    data = sorted({"english", "prompts", *parts})
    blocks = [f'model {name} {{\n  source = path("{name}")\n}}' for name in ("base", "teacher", "large", "critic")]
    blocks += [f'data {name} {{\n  source = jsonl("{name}.jsonl")\n}}' for name in data]
    blocks += [
        f"train {name} {{\n  data  = {data[0]}\n  model = base\n}}"
        for name in ("router", "judge", "imitation", "policy", "helpful", "attacker", "rewriter")
    ]
    return "\n\n".join(("ftspec 1", *blocks)) + "\n"


SPEC = spec()


def read(family: str, text: str, folder: Path) -> Context:
    """Reads a call as the attribute or rule that it would stand in; the context has what was found."""
    program, found = assemble(Source("spec.ft", SPEC), folder / "spec.ft")
    assert not found
    context = Context(program, folder)
    node = expression_in(text)
    assert isinstance(node, Call), f"{text} is no call"
    value = (
        score_of(context, node, program.scope)
        if family == "metrics"
        else read_call(context, node, program.scope, family)
    )
    assert isinstance(value, Missing) == bool(context.found)
    return context


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A folder of specs in a repository, so that `../models` is a path inside it."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "specs").mkdir()
    return tmp_path / "specs"


@pytest.mark.parametrize(("family", "text"), cases("valid"))
def test_valid(family: str, text: str, repository: Path) -> None:
    """It has a value."""
    assert [each.message for each in read(family, text, repository).found] == []


@pytest.mark.parametrize(("family", "text"), cases("invalid"))
def test_invalid(family: str, text: str, repository: Path) -> None:
    """It is refused inside its own text, with a remedy."""
    found = read(family, text, repository).found
    assert found
    assert all(each.help for each in found), [each.message for each in found]


@pytest.mark.parametrize(("family", "keyword"), KINDS)
def test_documented(family: str, keyword: str) -> None:
    """Every keyword has a documentation string and an example of its own name."""
    kind = kind_of(family, keyword)
    assert kind.__doc__ and kind.keyword() == keyword and kind.family() == family
    assert kind.valid and all(text.startswith(f"{keyword}(") for text in (*kind.valid, *kind.invalid))
