"""What every reader needs: the program, and a place for mistakes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ftspec.compile.codes import CYCLE
from ftspec.compile.program.names import Constant, look_up
from ftspec.compile.program.sections import Program, Scope
from ftspec.syntax.tree import Expression, Reference
from ftspec.text.diagnostic import Code, Diagnostic, Fix
from ftspec.text.source import Span


class Missing:
    """Stands for a value that could not be read; what is wrong with it is already reported."""


MISSING = Missing()


@dataclass
class Context:
    """The program that is read, and the mistakes found so far."""

    program: Program
    root: Path
    """The folder of the spec."""

    found: list[Diagnostic] = field(default_factory=list)
    referenced: set[str] = field(default_factory=set)
    """Labels that some value names; imported blocks that nobody names are not part of the spec."""

    def report(
        self, code: Code, message: str, scope: Scope, span: Span, help: str | None = None, fix: Fix | None = None
    ) -> Missing:
        """Keeps a mistake and gives the value that stands for it."""
        self.found.append(Diagnostic(code, message, scope.place(span), help, fix=fix))
        return MISSING

    def resolved(self, node: Expression, scope: Scope) -> tuple[Expression, Scope] | Missing:
        """The node with constants followed to their values."""
        seen: set[tuple[str, str]] = set()
        while isinstance(node, Reference) and isinstance(target := look_up(node, scope), Constant):
            key = (target.scope.prefix, target.name)
            if key in seen:
                return self.report(CYCLE, f"`{target.name}` is defined by itself", scope, node.span, "break the circle")
            seen.add(key)
            node, scope = target.value, target.scope
        return node, scope
