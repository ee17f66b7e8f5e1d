"""References to blocks by their labels."""

from __future__ import annotations

from ftspec.compile.codes import UNKNOWN_NAME, UNKNOWN_SPLIT, WRONG_KIND, WRONG_TYPE
from ftspec.compile.program.names import Labelled, followed, look_up, visible
from ftspec.compile.program.scope import Scope
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.forms.base import Form
from ftspec.spec import foreign
from ftspec.spec.types import Use
from ftspec.syntax.tree import Expression, Name, Reference
from ftspec.text.diagnostic import Edit, Fix
from ftspec.text.source import Span
from ftspec.text.suggest import similar

PARTS = ("train", "validation", "test")
"""The splits that data can have."""

KINDS = ("model", "template", "data", "train", "overlay")


class LabelForm(Form):
    """A reference to a block of one kind, or of one of several."""

    def __init__(self, kinds: tuple[str, ...], as_use: bool, library: bool = False) -> None:
        self.kinds = kinds
        self.as_use = as_use
        self.library = library
        """Whether a name of the shipped library may stand here too."""

    @property
    def title(self) -> str:
        """What is named."""
        return f"the name of a {self._named} block"

    @property
    def _named(self) -> str:
        return " or ".join(f"`{kind}`" for kind in self.kinds)

    def takes(self, node: Expression) -> bool:
        return isinstance(node, Reference)

    def read(self, context: Context, node: Expression, scope: Scope) -> str | Use | Missing:
        assert isinstance(node, Reference)
        target = look_up(node, scope)
        if not isinstance(target, Labelled):
            if self.library and node.text in library_names():
                return node.text
            return self._unknown(context, node, scope)
        section = context.program.labelled.get(target.label)
        if section is None:
            return self._unknown(context, node, scope)
        if section.kind not in self.kinds:
            return self._wrong_kind(context, node, scope, section.kind)
        context.links.setdefault(context.reading, set()).add(target.label)
        return self._with_rest(context, node, scope, target)

    def _wrong_kind(self, context: Context, node: Reference, scope: Scope, other: str) -> Missing:
        if other not in KINDS:  # the block's own header is reported
            return MISSING
        message = f"`{node.text}` is a `{other}` block, and {self.title} is due here"
        help = self._candidates(context, scope)
        if self.kinds == ("train",) and other == "model":
            help = f"{help}; a model is named by `model = {node.text}`"
        return context.report(WRONG_KIND, message, scope, node.span, help)

    def _with_rest(self, context: Context, node: Reference, scope: Scope, target: Labelled) -> str | Use | Missing:
        if not target.rest:
            return Use(data=target.label) if self.as_use else target.label
        rest = ".".join(part.text for part in target.rest)
        span = _span(target.rest)
        name = node.text.removesuffix(f".{rest}")
        if not self.as_use:
            fix = Fix((Edit(node.span, name),), safe=False)
            message = f"{self.title} is due here, without `.{rest}`"
            return context.report(WRONG_TYPE, message, scope, span, f"write `{name}`", fix)
        if rest in PARTS:
            return Use(data=target.label, split=rest)  # type: ignore[arg-type]
        nearest = foreign.words("splits").get(rest) or similar(rest, PARTS)
        mended = Fix((Edit(span, nearest),), safe=False) if nearest else None
        listed = ", ".join(f"`{name}.{each}`" for each in PARTS)
        help = f"write `{name}.{nearest}`" if nearest else f"the splits are {listed}"
        return context.report(UNKNOWN_SPLIT, f"data has no split `{rest}`", scope, span, help, mended)

    def _unknown(self, context: Context, node: Reference, scope: Scope) -> Missing:
        home, parts = followed(node, scope)
        if home.unreadable or context.has_lost_blocks:
            return MISSING
        if node.text in foreign.NOTHING:
            help = "leave the attribute out for its default"
            return context.report(WRONG_TYPE, f"`{node.text}` is no value", scope, node.span, help)
        known = [each for each in visible(home) if self._fits(context, each, home)]
        known += library_names() if self.library else ()
        name = parts[0]
        nearest = similar(name.text, known) or similar(node.text, known)
        fix = Fix((Edit(name.span, nearest),), safe=False) if nearest else None
        before = "" if name.span == node.span else node.text[: name.span.start - node.span.start]
        help = f"a similar name exists: `{before}{nearest}`" if nearest else self._candidates(context, scope)
        split = foreign.words("splits").get(node.text, node.text)
        if self.as_use and split in PARTS:
            help = "a split is named with its data: " + ", ".join(f"`{each}.{split}`" for each in known[:4])
        message = f"no {' or '.join(self.kinds)} is called `{before}{name.text}`"
        return context.report(UNKNOWN_NAME, message, scope, name.span, help, fix)

    def _candidates(self, context: Context, scope: Scope) -> str:
        names = [name for name in visible(scope) if self._fits(context, name, scope)]
        listed = ", ".join(f"`{each}`" for each in names[:8])
        if names:
            return f"this file has {listed}"
        if self.library:
            return "add a `template` block, or name one of the library: " + ", ".join(f"`{n}`" for n in library_names())
        return f"add a {self._named} block"

    def _fits(self, context: Context, name: str, scope: Scope) -> bool:
        section = context.program.labelled.get(scope.prefix + name)
        return section is not None and foreign.words("blocks").get(section.kind, section.kind) in self.kinds


def _span(parts: tuple[Name, ...]) -> Span:
    return parts[0].span.to(parts[-1].span)


def library_names() -> tuple[str, ...]:
    """The data templates that ftspec ships."""
    from ftspec.resources import resource

    return tuple(sorted(each.stem for each in resource("templates/prompts").glob("*.ft")))
