"""Rules, turns and waivers in blocks that do not hold them."""

from __future__ import annotations

from ftspec.compile.codes import MISPLACED
from ftspec.compile.program.sections import Section
from ftspec.compile.read.context import Context
from ftspec.syntax.tree import Rule, Turn, Waiver


def report_strays(context: Context, section: Section) -> None:
    """Rules stand in `gates` and `budget`, turns in `template`, waivers at the top of a file."""
    for spoken in section.spoken:
        problem = _stray(section.kind, spoken.node)
        if problem is not None:
            message, help = problem
            context.report(MISPLACED, message, spoken.scope, spoken.node.span, help)


def _stray(kind: str, node: Rule | Turn | Waiver) -> tuple[str, str] | None:
    match node:
        case Rule() if kind not in ("gates", "budget"):
            return f"a rule cannot stand in `{kind}`", "move it into `gates { … }`"
        case Turn() if kind != "template":
            return f"a turn cannot stand in `{kind}`", "move it into a `template` block"
        case Waiver():
            return f"`waive` cannot stand in `{kind}`", "move it to the top of the file, outside of every block"
        case _:
            return None
