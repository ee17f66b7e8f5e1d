"""The grammar alone defines the language: Lark reads it, and the parser here agrees with Lark."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from lark import Lark
from lark.exceptions import UnexpectedInput

import ftspec
from ftspec.resources import resource
from ftspec.syntax import parse, table
from ftspec.syntax.build import BUILDERS
from ftspec.syntax.newlines import Newlines
from ftspec.text.source import Source
from tests.syntax.specs import EXAMPLES, files

LARK = Lark.open(
    str(resource("grammar/ftspec.lark")), parser="lalr", lexer="basic", strict=True, postlex=Newlines(), rel_to=None
)


def accepts(text: str) -> bool:
    try:
        LARK.parse(text)
    except UnexpectedInput:
        return False
    return True


@pytest.mark.parametrize("name", EXAMPLES)
def test_lark_alone_reads_the_examples(name: str) -> None:
    assert accepts(EXAMPLES[name])
    assert parse(Source("a.ft", EXAMPLES[name])).diagnostics == ()


@given(files())
def test_what_lark_reads_is_read_without_a_word(text: str) -> None:
    assert accepts(text.removeprefix("\ufeff"))
    assert [each.code.id for each in parse(Source("a.ft", text)).diagnostics if each.is_error] == []


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[1] / "cases" / "syntax").glob("*.ft")), ids=lambda p: p.stem
)
def test_what_lark_refuses_has_an_error(path: Path) -> None:
    text = path.read_bytes().decode()
    if not accepts(text.removeprefix("\ufeff")):
        assert not parse(Source("a.ft", text)).ok


def test_every_rule_makes_a_node() -> None:
    made = {each.build for each in table.load().productions if not each.inline and not (each.lone and each.size == 1)}
    assert made == set(BUILDERS)


def test_the_syntax_floor_imports_nothing_heavy() -> None:
    allowed = {"__future__", "ftspec", "lark", "collections", "dataclasses", "functools", "itertools", "typing"}
    allowed |= {"re", "json", "os", "sys", "zlib", "gc", "pathlib", "enum", "decimal", "textwrap", "unicodedata"}
    for path in Path(ftspec.__file__).parent.joinpath("syntax").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert {name.split(".")[0] for name in names} <= allowed, path
