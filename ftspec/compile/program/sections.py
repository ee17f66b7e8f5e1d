"""Blocks after names are resolved: attributes by name, nested blocks by label, each with where it was set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ftspec.compile.codes import DUPLICATE_ATTRIBUTE, MISPLACED
from ftspec.compile.program.scope import NOTHING, Scope
from ftspec.syntax.tree import (
    Attribute,
    Block,
    Expression,
    File,
    Import,
    Let,
    Name,
    Reference,
    Rule,
    Text,
    Turn,
    Waiver,
)
from ftspec.syntax.unparse import expression_text
from ftspec.text.diagnostic import Diagnostic, Edit, Fix, Label, Place
from ftspec.text.source import Span


class Setting(NamedTuple):
    """One attribute: its value as written, and who set it."""

    path: tuple[Name, ...]
    """The name as written: more than one part in overlays and mixtures."""

    value: Expression
    scope: Scope
    by: str = "spec"
    overrode: Setting | None = None

    @property
    def name(self) -> str:
        """The name as one word: `router.length`."""
        return ".".join(part.text for part in self.path)

    @property
    def span(self) -> Span:
        """The name's own span."""
        return self.path[0].span.to(self.path[-1].span)

    @property
    def place(self) -> Place:
        """Where the name stands."""
        return self.scope.place(self.span)

    @property
    def value_place(self) -> Place:
        """Where the value stands."""
        return self.scope.place(self.value.span)


class Spoken(NamedTuple):
    """A turn or a rule, with the scope it was written in: a parent's may lie in another file."""

    node: Turn | Rule | Waiver
    scope: Scope
    by: str = "spec"

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.scope.place(self.node.span)


class Section(NamedTuple):
    """One block."""

    kind: str
    label: str | None
    sentence: Text | None
    """The string after the kind, as in `goal "…"`."""

    scope: Scope
    span: Span
    """The span of kind and label."""

    whole: Span
    """The span of the block with its body."""

    settings: Mapping[str, Setting] = NOTHING
    sections: tuple[Section, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    """Rules, waivers and turns, in the order written."""

    extends: Reference | None = None
    """The parent that is still to be merged in."""

    by: str = "spec"
    orphan: bool = False
    """Whether its parent could not be found, so that what seems missing may be there."""

    @property
    def place(self) -> Place:
        """Where the block begins."""
        return self.scope.place(self.span)

    @property
    def title(self) -> str:
        """`train router`, `clean`."""
        return f"{self.kind} {self.label}" if self.label else self.kind

    def child(self, kind: str) -> Section | None:
        """The nested block of this kind."""
        return next((each for each in self.sections if each.kind == kind), None)

    def under(self, parent: Section, by: str) -> Section:
        """This block with what it does not say itself taken from `parent`."""
        inherited = parent.inherited(by)
        own = {
            name: each._replace(overrode=inherited.settings[name]) if name in inherited.settings else each
            for name, each in self.settings.items()
        }
        return self._replace(
            sentence=self.sentence or parent.sentence,
            settings={**inherited.settings, **own},
            sections=_merged(self.sections, inherited.sections, by),
            spoken=self.spoken or inherited.spoken,
        )

    def inherited(self, by: str) -> Section:
        """This block as another one has it from it."""
        return self._replace(
            settings={name: each._replace(by=by) for name, each in self.settings.items()},
            sections=tuple(each.inherited(by) for each in self.sections),
            spoken=tuple(each._replace(by=by) for each in self.spoken),
            by=by,
        )


class Program(NamedTuple):
    """All blocks of a spec, by label for those that have one."""

    scope: Scope
    labelled: Mapping[str, Section]
    """Imported ones first, under `alias.label`."""

    single: Mapping[str, Section]
    """`goal`, `gates`, `budget`, `hardware`, `output`, `search`: at most one of each."""

    overlays: Mapping[str, Section] = NOTHING
    waivers: tuple[Spoken, ...] = ()
    """Of the file itself: what an imported file waives, it waives for itself."""


def _merged(own: tuple[Section, ...], inherited: tuple[Section, ...], by: str) -> tuple[Section, ...]:
    """Nested blocks merge by kind and label."""
    parents = {(each.kind, each.label): each for each in inherited}
    kept = [each.under(parents.pop(key), by) if (key := (each.kind, each.label)) in parents else each for each in own]
    return (*parents.values(), *kept)


def section_of(block: Block, scope: Scope, found: list[Diagnostic]) -> Section:
    """A block as a section; what is written twice is reported and the first one kept."""
    settings: dict[str, Setting] = {}
    sections: dict[tuple[str, str | None], Section] = {}
    for statement in block.body:
        match statement:
            case Attribute():
                _add_setting(settings, statement, scope, found)
            case Block() if statement.kind.text:
                _add_section(sections, section_of(statement, scope, found), found)
            case Let() if _is_attribute(block.kind.text, statement.name.text):
                found.append(_needless_let(statement, scope))
                _add_setting(settings, Attribute((statement.name,), statement.value, span=statement.span), scope, found)
            case Let() | Import():
                found.append(_at_the_top(statement, scope))
            case _:
                pass
    return Section(
        kind=block.kind.text,
        label=block.label.text if isinstance(block.label, Name) else None,
        sentence=block.label if isinstance(block.label, Text) else None,
        scope=scope,
        span=block.kind.span.to(block.label.span) if block.label is not None else block.kind.span,
        whole=block.span,
        settings=settings,
        sections=tuple(sections.values()),
        spoken=tuple(Spoken(each, scope) for each in block.body if isinstance(each, Rule | Waiver | Turn)),
        extends=block.extends,
    )


def _is_attribute(kind: str, name: str) -> bool:
    from ftspec.compile.vocabulary import BLOCKS, NESTED, attributes_of

    return kind in {**BLOCKS, **NESTED} and name in attributes_of(kind)


def _needless_let(statement: Let, scope: Scope) -> Diagnostic:
    """`let kind = task` in a block that has the attribute."""
    name = statement.name.text
    word = Span(statement.span.start, statement.name.span.start)
    help = f"write `{name} = {expression_text(statement.value)}`; a `let` constant stands at the top of a file"
    message = f"`{name}` is an attribute of its block and has no `let`"
    return Diagnostic(MISPLACED, message, scope.place(statement.span), help, fix=Fix((Edit(word, ""),), safe=True))


def _at_the_top(statement: Let | Import, scope: Scope) -> Diagnostic:
    word = "let" if isinstance(statement, Let) else "import"
    message = f"`{word}` stands at the top of a file, not in a block"
    return Diagnostic(MISPLACED, message, scope.place(statement.span), "move it to the top of the file")


def _add_setting(settings: dict[str, Setting], node: Attribute, scope: Scope, found: list[Diagnostic]) -> None:
    new = Setting(node.path, node.value, scope)
    if new.name in settings:
        found.append(_twice(f"`{new.name}` is set twice", new.place, settings[new.name].place))
        return
    settings[new.name] = new


def _add_section(sections: dict[tuple[str, str | None], Section], new: Section, found: list[Diagnostic]) -> None:
    key = (new.kind, new.label)
    if key in sections:
        found.append(_twice(f"the block `{new.title}` stands here twice", new.place, sections[key].place))
        return
    sections[key] = new


def _twice(message: str, place: Place, first: Place) -> Diagnostic:
    return Diagnostic(DUPLICATE_ATTRIBUTE, message, place, "keep one of the two", (Label(first, "first set here"),))


def blocks_of(file: File) -> list[Block]:
    """The top-level blocks that the parser could name."""
    return [each for each in file.statements if isinstance(each, Block) and each.kind.text]
