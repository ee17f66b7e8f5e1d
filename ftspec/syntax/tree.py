"""What a file says, as frozen nodes that know where they stand.

A node compares by what it says, not by where: `span` takes no part in equality, so two files
that differ in comments and layout alone have equal trees.
"""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from enum import StrEnum

from ftspec.text.frozen import frozen
from ftspec.text.source import Source, Span


def _span() -> Span:
    return field(compare=False, repr=False, kw_only=True)  # type: ignore[no-any-return]


@frozen
class Name:
    """One bare word: a keyword, a label, a unit."""

    text: str
    span: Span = _span()


@frozen
class Number:
    """A number as written, with its unit: `24GiB`, `15%`, `2M tokens`, `3 epochs`, `1e-4`.

    `scale` is the `M` of `2M tokens`; the `GiB` of `24GiB` is the unit. A minus sign is a `Negative` around it.
    """

    value: Decimal
    unit: Name | None = None
    scale: Name | None = None
    span: Span = _span()

    @property
    def is_integer(self) -> bool:
        """Whether it was written without a fraction: `3`, `2e3`, not `3.0`."""
        exponent = self.value.as_tuple().exponent
        return isinstance(exponent, int) and exponent >= 0


@frozen
class Text:
    """A string's value: escapes resolved, triple-quoted text dedented."""

    value: str
    span: Span = _span()


@frozen
class Reference:
    """A dotted path: `true`, `auto`, `tickets`, `tickets.test`, `goal.kind`."""

    parts: tuple[Name, ...]
    span: Span = _span()

    @property
    def text(self) -> str:
        """The path as written: `tickets.test`."""
        return ".".join(part.text for part in self.parts)


@frozen
class Argument:
    """One argument of a call: positional where `name` is None."""

    name: Name | None
    value: Expression
    span: Span = _span()


@frozen
class Call:
    """`lora(rank = 16)`, `accuracy(tickets.test)`."""

    name: Name
    arguments: tuple[Argument, ...]
    span: Span = _span()


@frozen
class Sequence:
    """`[a, b, c]`."""

    items: tuple[Expression, ...]
    span: Span = _span()


@frozen
class Negative:
    """`-x`."""

    operand: Expression
    span: Span = _span()


class Operator(StrEnum):
    """Every operator, loosest first; comparisons do not chain."""

    OR = "or"
    AND = "and"
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="
    EQUAL = "=="
    NOT_EQUAL = "!="
    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    OVER = "/"


COMPARISONS = frozenset(
    {
        Operator.LESS,
        Operator.LESS_EQUAL,
        Operator.GREATER,
        Operator.GREATER_EQUAL,
        Operator.EQUAL,
        Operator.NOT_EQUAL,
    }
)


@frozen
class Binary:
    """`left operator right`. Parentheses are not kept: the nesting says the same."""

    operator: Operator
    left: Expression
    right: Expression
    span: Span = _span()


Expression = Number | Text | Reference | Call | Sequence | Negative | Binary


@frozen
class Attribute:
    """`name = value`; the path has more than one part in overlays, searches and mixtures."""

    path: tuple[Name, ...]
    value: Expression
    span: Span = _span()

    @property
    def name(self) -> str:
        """The path as written: `router.length`."""
        return ".".join(part.text for part in self.path)


@frozen
class Rule:
    """`require EXPR`, `warn EXPR`, `report EXPR`, with an optional reason."""

    verb: Name
    expression: Expression
    because: Text | None = None
    condition: Expression | None = None
    """The `when EXPR` of a policy's rule."""

    span: Span = _span()


@frozen
class Waiver:
    """`waive RULE because "reason"`."""

    rule: Expression
    because: Text
    span: Span = _span()


@frozen
class Turn:
    """`user "..."` inside a template."""

    role: Name
    text: Text
    span: Span = _span()


@frozen
class Let:
    """`let name = value`."""

    name: Name
    value: Expression
    span: Span = _span()


@frozen
class Import:
    """`import "path.ft" as name`."""

    path: Text
    name: Name
    span: Span = _span()


@frozen
class Block:
    """`KIND [label] [extends REF] { ... }`."""

    kind: Name
    label: Name | Text | None
    extends: Reference | None
    body: tuple[Statement, ...]
    span: Span = _span()


Statement = Attribute | Rule | Waiver | Turn | Let | Import | Block


@frozen
class File:
    """A whole file: its language version and its statements in order."""

    source: Source
    version: Number | None
    statements: tuple[Statement, ...]
    span: Span = _span()
