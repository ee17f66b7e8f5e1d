"""References to blocks by their labels."""

from __future__ import annotations

from dataclasses import dataclass

from ftspec.compile.codes import UNKNOWN_NAME, UNKNOWN_SPLIT, WRONG_KIND, WRONG_TYPE
from ftspec.compile.program.names import Labelled, look_up, visible
from ftspec.compile.program.sections import Scope
from ftspec.compile.read.context import Context, Missing
from ftspec.compile.read.forms.base import Form
from ftspec.spec.types import Use
from ftspec.syntax.tree import Expression, Reference, Text
from ftspec.text.diagnostic import Edit, Fix
from ftspec.text.suggest import similar


@dataclass(frozen=True)
class LabelForm(Form):
    """A reference to a block of one kind."""

    kind: str
    as_use: bool
    or_bare: bool = False

    @property
    def title(self) -> str:
        """What is named."""
        return f"the name of a `{self.kind}` block"

    def takes(self, node: Expression) -> bool:
        return isinstance(node, Reference) or (isinstance(node, Text) and node.value.replace("_", "a").isalnum())

    def read(self, context: Context, node: Expression, scope: Scope) -> str | Use | Missing:
        if isinstance(node, Text):
            fix = Fix((Edit(node.span, node.value),), safe=True)
            help = f"write `{node.value}`"
            return context.report(WRONG_TYPE, f"{self.title} is a bare word, not a string", scope, node.span, help, fix)
        assert isinstance(node, Reference)
        target = look_up(node, scope)
        if not isinstance(target, Labelled):
            return node.text if self.or_bare and len(node.parts) == 1 else self._unknown(context, node, scope)
        section = context.program.labelled.get(target.label)
        if section is not None and section.kind != self.kind:
            help = self._candidates(context, scope)
            return context.report(
                WRONG_KIND, f"`{target.label}` is a {section.kind}, not a {self.kind}", scope, node.span, help
            )
        if section is None:
            return self._unknown(context, node, scope)
        context.referenced.add(target.label)
        return self._with_rest(context, node, scope, target)

    def _with_rest(self, context: Context, node: Reference, scope: Scope, target: Labelled) -> str | Use | Missing:
        splits = ("train", "validation", "test")
        rest = ".".join(part.text for part in target.rest)
        if not rest:
            return Use(data=target.label) if self.as_use else target.label
        span = target.rest[0].span.to(target.rest[-1].span)
        if not self.as_use:
            return context.report(
                WRONG_TYPE, f"{self.title} is due here, without `.{rest}`", scope, span, f"write `{target.label}`"
            )
        if rest in splits:
            return Use(data=target.label, split=rest)  # type: ignore[arg-type]
        nearest = similar(rest, splits) or {"val": "validation", "dev": "validation", "eval": "test"}.get(rest)
        fix = Fix((Edit(span, nearest),), safe=False) if nearest else None
        help = f"write `{target.label}.{nearest}`" if nearest else "the splits are `train`, `validation` and `test`"
        return context.report(UNKNOWN_SPLIT, f"data has no split `{rest}`", scope, span, help, fix)

    def _unknown(self, context: Context, node: Reference, scope: Scope) -> Missing:
        first = node.parts[0].text
        fitting = [n for n in visible(scope) if self._fits(context, n, scope)]
        nearest = similar(first, fitting) or similar(node.text, fitting)
        fix = Fix((Edit(node.parts[0].span, nearest),), safe=False) if nearest else None
        help = f"a similar name exists: `{nearest}`" if nearest else self._candidates(context, scope)
        return context.report(
            UNKNOWN_NAME, f"no `{self.kind}` is called `{first}`", scope, node.parts[0].span, help, fix
        )

    def _candidates(self, context: Context, scope: Scope) -> str:
        names = [name for name in visible(scope) if self._fits(context, name, scope)]
        listed = ", ".join(f"`{each}`" for each in names[:8])
        return f"this file has {listed}" if names else f"add a `{self.kind}` block"

    def _fits(self, context: Context, name: str, scope: Scope) -> bool:
        section = context.program.labelled.get(scope.prefix + name)
        return section is not None and section.kind == self.kind
