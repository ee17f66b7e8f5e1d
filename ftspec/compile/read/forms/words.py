"""Bare words and strings: switches, choices, texts, paths, fields."""

from __future__ import annotations

from dataclasses import dataclass

from ftspec.compile.codes import NOT_A_CHOICE, WRONG_TYPE
from ftspec.compile.program.paths import inside, relative
from ftspec.compile.program.sections import Scope
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.forms.base import Form
from ftspec.syntax.tree import Expression, Reference, Text
from ftspec.text.diagnostic import Diagnostic, Edit, Fix
from ftspec.text.suggest import similar


@dataclass(frozen=True)
class Switch(Form):
    """`true` or `false`."""

    title = "`true` or `false`"

    def takes(self, node: Expression) -> bool:
        return isinstance(node, Reference)

    def read(self, context: Context, node: Expression, scope: Scope) -> bool | Missing:
        assert isinstance(node, Reference)
        if node.text in ("true", "false"):
            return node.text == "true"
        meant = {"True": "true", "yes": "true", "on": "true", "False": "false", "no": "false", "off": "false"}.get(
            node.text
        )
        fix = Fix((Edit(node.span, meant),), safe=True) if meant else None
        help = f"write `{meant}`" if meant else "write `true` or `false`"
        return context.report(NOT_A_CHOICE, f"`{node.text}` is not `true` or `false`", scope, node.span, help, fix)


@dataclass(frozen=True)
class Choice(Form):
    """One of a few bare names."""

    options: tuple[str, ...]

    @property
    def title(self) -> str:
        """The options."""
        return " or ".join(f"`{each}`" for each in self.options)

    def takes(self, node: Expression) -> bool:
        return isinstance(node, Reference) or (isinstance(node, Text) and node.value in self.options)

    def read(self, context: Context, node: Expression, scope: Scope) -> str | Missing:
        text = node.value if isinstance(node, Text) else node.text if isinstance(node, Reference) else ""
        if isinstance(node, Text):
            fix = Fix((Edit(node.span, text),), safe=True)
            return context.report(WRONG_TYPE, f'"{text}" is a bare name here', scope, node.span, f"write `{text}`", fix)
        if text in self.options:
            return text
        nearest = similar(text, self.options)
        help = f"write `{nearest}`" if nearest else f"write {self.title}"
        fix = Fix((Edit(node.span, nearest),), safe=False) if nearest else None
        return context.report(NOT_A_CHOICE, f"`{text}` is not possible here", scope, node.span, help, fix)


@dataclass(frozen=True)
class String(Form):
    """A string."""

    title = 'a string such as `"text"`'

    def takes(self, node: Expression) -> bool:
        return isinstance(node, Text)

    def read(self, context: Context, node: Expression, scope: Scope) -> str | Missing:
        assert isinstance(node, Text)
        return node.value


@dataclass(frozen=True)
class PathForm(Form):
    """A path inside the repository, relative to the file that says it."""

    title = 'a path such as `"data/rows.jsonl"`'

    def takes(self, node: Expression) -> bool:
        return isinstance(node, Text)

    def read(self, context: Context, node: Expression, scope: Scope) -> str | Missing:
        assert isinstance(node, Text)
        if not node.value.strip():
            return context.report(WRONG_TYPE, "an empty path", scope, node.span, f"write {self.title}")
        path = inside(node.value, scope.folder, scope.place(node.span))
        if isinstance(path, Diagnostic):
            context.found.append(path)
            return MISSING
        return relative(path, context.root)


@dataclass(frozen=True)
class BareForm(Form):
    """A field of the data: a bare name, or a string where the name has other characters."""

    title = "a bare name such as `queue`"

    def takes(self, node: Expression) -> bool:
        return isinstance(node, Text) or (isinstance(node, Reference) and len(node.parts) == 1)

    def read(self, context: Context, node: Expression, scope: Scope) -> str | Missing:
        return node.value if isinstance(node, Text) else node.text if isinstance(node, Reference) else MISSING
