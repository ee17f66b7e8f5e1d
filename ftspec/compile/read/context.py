"""What every reader needs: the program, and a place for mistakes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ftspec.compile.program.names import Constant, look_up
from ftspec.compile.program.scope import Scope
from ftspec.compile.program.sections import Program, Section
from ftspec.syntax.tree import Expression, Reference
from ftspec.text.codes import WRONG_QUOTES
from ftspec.text.diagnostic import Code, Diagnostic, Fix, Place
from ftspec.text.source import Source, Span


class Missing:
    """Stands for a value that could not be read; what is wrong with it is already reported."""


MISSING = Missing()


class Context:
    """The program that is read, and the mistakes found so far."""

    def __init__(self, program: Program, root: Path, found: Iterable[Diagnostic] = ()) -> None:
        self.program = program
        self.root = root
        """The folder of the spec."""

        self.found = list(found)
        self.unread: set[str] = set()
        """What could not be read: `train.method`, or `train` where a block is missing. Rules that look at it rest."""

        self.links: dict[str, set[str]] = {}
        """By label of a block, or kind for those without: the labels that it names."""

        self.reading = ""
        """The block that is being read."""

        self._broken: dict[Source, list[Span]] = {}
        for each in self.found:
            if each.is_error and each.place is not None and each.code.id.startswith("FT1"):
                self._broken.setdefault(each.place.source, []).append(each.place.span)

    def report(
        self, code: Code, message: str, scope: Scope, span: Span, help: str | None = None, fix: Fix | None = None
    ) -> Missing:
        """Keeps a mistake, unless the parser has reported the same text, and gives the value that stands for it."""
        if not self.is_broken(scope.source, span):
            self.found.append(Diagnostic(code, message, scope.place(span), help, fix=fix))
        elif fix is not None and fix.safe:
            self._improve(scope.place(span), help, fix)
        return MISSING

    def _improve(self, place: Place, help: str | None, fix: Fix) -> None:
        """`kind = 'task'` needs no quotes at all: the mistake in the quotes gets the remedy of the whole."""
        for at, each in enumerate(self.found):
            if each.code is WRONG_QUOTES and each.place == place:
                self.found[at] = replace(each, help=help, fix=fix)

    def is_broken(self, source: Source, span: Span) -> bool:
        """Whether a syntax error lies in a stretch of a file, so that what seems wrong there may only be unreadable."""
        places = self._broken.get(source, ())
        return any(each.start < span.end and span.start < max(each.end, each.start + 1) for each in places)

    def is_damaged(self, section: Section) -> bool:
        """Whether a line of the block was lost to a syntax error, or its parent cannot be found."""
        return section.orphan or self.is_broken(section.scope.source, section.whole)

    @property
    def has_lost_blocks(self) -> bool:
        """Whether a block of any file could not be read at all."""
        return _unreadable(self.program.scope)

    def resolved(self, node: Expression, scope: Scope) -> tuple[Expression, Scope] | Missing:
        """The node with constants followed to their values. Circles are reported where names are read."""
        seen: set[tuple[str, str]] = set()
        while isinstance(node, Reference) and isinstance(target := look_up(node, scope), Constant):
            key = (target.scope.prefix, target.name)
            if key in seen:
                return MISSING
            seen.add(key)
            node, scope = target.value, target.scope
        return node, scope


def _unreadable(scope: Scope) -> bool:
    return scope.unreadable or any(map(_unreadable, scope.imports.values()))
