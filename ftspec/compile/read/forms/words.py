"""Bare words and strings: switches, choices, texts, paths, fields."""

from __future__ import annotations

from ftspec.compile.codes import WRONG_TYPE
from ftspec.compile.program.paths import inside, relative
from ftspec.compile.program.scope import Scope
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.forms.base import Form
from ftspec.syntax.tree import Expression, Reference, Text
from ftspec.text.diagnostic import Diagnostic


class Choice(Form):
    """One of a few bare names."""

    def __init__(self, options: tuple[str, ...]) -> None:
        self.options = options

    @property
    def title(self) -> str:
        """The options."""
        return " or ".join(f"`{each}`" for each in self.options)

    def takes(self, node: Expression) -> bool:
        return isinstance(node, Reference) and node.text in self.options

    def read(self, context: Context, node: Expression, scope: Scope) -> str | Missing:
        assert isinstance(node, Reference)
        return node.text


class Switch(Choice):
    """`true` or `false`."""

    def __init__(self) -> None:
        super().__init__(("true", "false"))

    def read(self, context: Context, node: Expression, scope: Scope) -> bool | Missing:  # type: ignore[override]
        assert isinstance(node, Reference)
        return node.text == "true"


class String(Form):
    """A string."""

    title = 'a string such as `"text"`'

    def takes(self, node: Expression) -> bool:
        return isinstance(node, Text)

    def read(self, context: Context, node: Expression, scope: Scope) -> str | Missing:
        assert isinstance(node, Text)
        return node.value


class PathForm(Form):
    """A path inside the repository, relative to the file that says it."""

    title = 'a path such as `"data/rows.jsonl"`'

    def takes(self, node: Expression) -> bool:
        return isinstance(node, Text)

    def read(self, context: Context, node: Expression, scope: Scope) -> str | Missing:
        assert isinstance(node, Text)
        if not node.value.strip():
            return context.report(WRONG_TYPE, "an empty path", scope, node.span, f"write {self.title}")
        path = inside(node.value, scope, node.span)
        if isinstance(path, Diagnostic):
            context.found.append(path)
            return MISSING
        return relative(path, context.root)


class BareForm(Form):
    """A field of the data: a bare name, or a string where the name has other characters."""

    title = "a bare name such as `queue`"

    def takes(self, node: Expression) -> bool:
        if isinstance(node, Reference) and node.text in ("true", "false"):
            return False
        return isinstance(node, Text) or (isinstance(node, Reference) and len(node.parts) == 1)

    def read(self, context: Context, node: Expression, scope: Scope) -> str | Missing:
        return node.value if isinstance(node, Text) else node.text if isinstance(node, Reference) else MISSING
