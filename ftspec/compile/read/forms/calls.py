"""Calls and lists."""

from __future__ import annotations

from typing import Any

from ftspec.compile.codes import OUT_OF_RANGE
from ftspec.compile.program.scope import Scope
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.forms.base import Form
from ftspec.syntax.tree import Call, Expression
from ftspec.syntax.tree import Sequence as List

_USUAL = {
    "methods": "lora",
    "objectives": "sft",
    "optimizers": "adamw",
    "schedulers": "cosine",
    "quantizations": "nf4",
    "sources": "jsonl",
}
"""What stands first where the keywords of a family are listed or one of them is proposed."""


class CallForm(Form):
    """A keyword of a family with its arguments."""

    def __init__(self, family: str) -> None:
        self.family = family

    @property
    def keywords(self) -> tuple[str, ...]:
        """Every keyword of the family, the one that people most often mean first."""
        from ftspec.kinds import keywords

        usual = _USUAL.get(self.family)
        return tuple(sorted(keywords(self.family), key=lambda keyword: keyword != usual))

    @property
    def title(self) -> str:
        """What kind of call is due, with the first few keywords."""
        return " or ".join(f"`{self.written(each)}`" for each in self.keywords[:4])

    def written(self, keyword: str) -> str:
        """A call as it may stand: `lora()`, or an example where something must be said: `near(0.9)`."""
        from ftspec.kinds import find

        kind = find(self.family, keyword)
        if kind is None or not any(field.is_required() for field in kind.model_fields.values()):
            return f"{keyword}()"
        return kind.valid[0] if kind.valid else f"{keyword}(…)"

    def takes(self, node: Expression) -> bool:
        return isinstance(node, Call)

    def read(self, context: Context, node: Expression, scope: Scope) -> Any | Missing:
        from ftspec.compile.read.calls import read_call

        assert isinstance(node, Call)
        return read_call(context, node, scope, self.family)


class ListForm(Form):
    """A list."""

    def __init__(self, items: tuple[Form, ...], count: int | None = None) -> None:
        self.items = items
        self.count = count
        """How many there must be, where that is fixed."""

    @property
    def title(self) -> str:
        """What is listed."""
        of = " or ".join(each.title for each in self.items)
        return f"a list of {self.count} values, each {of}" if self.count else f"a list of {of}"

    def takes(self, node: Expression) -> bool:
        return isinstance(node, List)

    def read(self, context: Context, node: Expression, scope: Scope) -> Any | Missing:
        from ftspec.compile.read.forms.choose import read_as

        assert isinstance(node, List)
        if self.count is not None and len(node.items) != self.count:
            message = f"{self.count} values are due here, not {len(node.items)}"
            return context.report(OUT_OF_RANGE, message, scope, node.span, f"write {self.title}")
        values = [read_as(context, self.items, each, scope) for each in node.items]
        return MISSING if any(isinstance(each, Missing) for each in values) else tuple(values)
