"""Text becomes nodes that know where they stand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ftspec.syntax import parse
from ftspec.syntax.tree import (
    Argument,
    Attribute,
    Binary,
    Block,
    Call,
    Expression,
    Import,
    Let,
    Name,
    Negative,
    Number,
    Operator,
    Reference,
    Rule,
    Sequence,
    Statement,
    Text,
    Turn,
    Waiver,
)
from ftspec.text.source import Source, Span

AT = Span(0, 0)


def statement(text: str) -> Statement:
    parsed = parse(Source("a.ft", f"ftspec 1\n{text}\n"))
    assert parsed.diagnostics == ()
    (only,) = parsed.file.statements
    return only


def value(text: str) -> Expression:
    attribute = statement(f"x = {text}")
    assert isinstance(attribute, Attribute)
    return attribute.value


def name(text: str) -> Name:
    return Name(text, span=AT)


def ref(text: str) -> Reference:
    return Reference(tuple(map(name, text.split("."))), span=AT)


def num(digits: str, unit: str | None = None, scale: str | None = None) -> Number:
    return Number(Decimal(digits), name(unit) if unit else None, name(scale) if scale else None, span=AT)


def text(content: str) -> Text:
    return Text(content, span=AT)


def both(left: Expression, operator: str, right: Expression) -> Binary:
    return Binary(Operator(operator), left, right, span=AT)


@pytest.mark.parametrize(
    ("written", "node"),
    [
        ("1", num("1")),
        ("2e-4", num("0.0002")),
        ("15%", num("15", "%")),
        ("2 %", num("2", "%")),
        ("24GiB", num("24", "GiB")),
        ("200ms", num("200", "ms")),
        ("3epochs", num("3", "epochs")),
        ("10 USD", num("10", "USD")),
        ("2M tokens", num("2", "tokens", "M")),
        ("-3 steps", Negative(num("3", "steps"), span=AT)),
        ('"a"', text("a")),
        ("tickets.test", ref("tickets.test")),
        ("[]", Sequence((), span=AT)),
        ("[1,\n 2,\n]", Sequence((num("1"), num("2")), span=AT)),
        ("f()", Call(name("f"), (), span=AT)),
    ],
)
def test_values(written: str, node: Expression) -> None:
    assert value(written) == node


def test_arguments() -> None:
    first = Argument(None, ref("tickets"), span=AT)
    second = Argument(name("average"), ref("macro"), span=AT)
    assert value("f1(tickets, average = macro,)") == Call(name("f1"), (first, second), span=AT)


@pytest.mark.parametrize(
    ("written", "node"),
    [
        ("1 + 2 * 3", both(num("1"), "+", both(num("2"), "*", num("3")))),
        ("(1 + 2) * 3", both(both(num("1"), "+", num("2")), "*", num("3"))),
        ("1 - 2 - 3", both(both(num("1"), "-", num("2")), "-", num("3"))),
        ("a - -b", both(ref("a"), "-", Negative(ref("b"), span=AT))),
        ("a < 1 and b or c", both(both(both(ref("a"), "<", num("1")), "and", ref("b")), "or", ref("c"))),
        ("baseline + 10%", both(ref("baseline"), "+", num("10", "%"))),
    ],
)
def test_operators(written: str, node: Expression) -> None:
    assert value(written) == node


@pytest.mark.parametrize(
    ("written", "node"),
    [
        ("router.length = 5 steps", Attribute((name("router"), name("length")), num("5", "steps"), span=AT)),
        ("let x = 1", Let(name("x"), num("1"), span=AT)),
        ('import "a.ft" as a', Import(text("a.ft"), name("a"), span=AT)),
        ('user "hi"', Turn(name("user"), text("hi"), span=AT)),
        ('waive pinned because "old"', Waiver(ref("pinned"), text("old"), span=AT)),
        ("require pinned", Rule(name("require"), ref("pinned"), span=AT)),
        (
            'require redact when goal.kind == domain because "law"',
            Rule(name("require"), ref("redact"), text("law"), both(ref("goal.kind"), "==", ref("domain")), span=AT),
        ),
        ("output {}", Block(name("output"), None, None, (), span=AT)),
        ("train a extends base.b {\n}", Block(name("train"), name("a"), ref("base.b"), (), span=AT)),
        (
            'goal "Route" { kind = task }',
            Block(name("goal"), text("Route"), None, (Attribute((name("kind"),), ref("task"), span=AT),), span=AT),
        ),
    ],
)
def test_statements(written: str, node: Statement) -> None:
    assert statement(written) == node


def test_nodes_know_their_place() -> None:
    source = Source("a.ft", "ftspec 1\ntrain router {\n  method = (lora(rank = 16) + 1)\n}\n")
    (block,) = parse(source).file.statements
    assert isinstance(block, Block)
    (attribute,) = block.body
    assert isinstance(attribute, Attribute)
    assert isinstance(attribute.value, Binary)

    def cut(span: Span) -> str:
        return source.text[span.start : span.end]

    assert cut(block.span) == "train router {\n  method = (lora(rank = 16) + 1)\n}"
    assert cut(attribute.span) == "method = (lora(rank = 16) + 1)"
    assert cut(attribute.value.span) == "lora(rank = 16) + 1"
    assert cut(attribute.value.left.span) == "lora(rank = 16)"


def test_layout_and_comments_make_no_difference() -> None:
    tight = parse(Source("a.ft", "ftspec 1\ntrain router{length=3 epochs\n}"))
    loose = parse(Source("a.ft", "# c\r\nftspec 1\r\n\r\ntrain router {  # d\r\n\tlength = 3 epochs\r\n\r\n}\r\n"))
    assert tight.file.statements == loose.file.statements
    assert tight.file.version == loose.file.version == num("1")
