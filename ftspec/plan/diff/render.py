"""A difference as text, as Markdown for a pull request, as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ftspec.plan.canonical import dumps
from ftspec.plan.diff.change import Change, Effect
from ftspec.plan.diff.difference import Difference
from ftspec.plan.explain.escape import code, escaped
from ftspec.plan.explain.table import Tone, padded, painted, wrapped
from ftspec.text.display import columns, printable

_MOST = 150
"""Changes shown in one comment: GitHub takes 65,536 characters."""


def text(difference: Difference, *, width: int = 80, color: bool = False) -> str:
    """For a terminal: a title, each change on a line or two, then what differs in what the plans take."""
    lines = [painted(f"{printable(difference.name)}: {difference.effect.title}", Tone.NAME, color)]
    lines += [line for change in difference.changes for line in _lines(change, width, color)]
    if difference.taken:
        names = max(columns(each.name) for each in difference.taken)
        lines.append("")
        lines += [f"  {padded(each.name, names)}  {each.before} → {each.after}" for each in difference.taken]
    return "\n".join(lines) + "\n"


def _lines(change: Change, width: int, color: bool) -> Iterator[str]:
    sign = "⚠ " if change.alarm else "  "
    head = f"{sign}{change.kind + ' ' if change.kind else ''}{change.path}"
    pair = " → ".join((change.before or "none", change.after or "none"))
    yield painted(printable(head), Tone.BAD if change.alarm else Tone.PLAIN, color)
    for piece in wrapped(printable(pair), width - 4):
        yield f"    {piece}"
    for piece in wrapped(printable(_effect(change)), width - 4):
        yield "    " + painted(piece, Tone.BAD if change.alarm else Tone.QUIET, color)


def _effect(change: Change) -> str:
    said = ", ".join(change.consequences)
    head = change.alarm if change.alarm and change.kind else change.effect.title
    if change.alarm and not change.kind:
        said = ", ".join(each for each in (change.alarm, said) if each)
    return f"{head}: {said}" if said else head


def markdown(difference: Difference) -> str:
    """For a pull request: a table of changes and one of what they take; nothing that users wrote is markup."""
    lines = [f"### {escaped(difference.name)}.ft: {difference.effect.title}"]
    if difference.effect is Effect.NOTHING and not difference.changes:
        lines.append("The plan is the same: comments, layout or order.")
        return "\n".join(lines) + "\n"
    lines += ["| | before | after | effect |", "| --- | --- | --- | --- |"]
    lines += [_row(change) for change in difference.changes[:_MOST]]
    left = len(difference.changes) - _MOST
    lines += [f"\n… and {left} more changes"] if left > 0 else []
    if difference.taken:
        lines += ["", "| takes | before | after |", "| --- | --- | --- |"]
        lines += [
            f"| {escaped(each.name)} | {escaped(each.before)} | {escaped(each.after)} |" for each in difference.taken
        ]
    return "\n".join(lines) + "\n"


def _row(change: Change) -> str:
    sign = "⚠ " if change.alarm else ""
    kind = f"{change.kind} " if change.kind else ""
    said = escaped(", ".join(change.consequences))
    effect = change.effect.title
    if change.alarm:
        effect = f"**{change.alarm}**" if change.kind else f"{effect}, **{change.alarm}**"
    cells = (f"{sign}{kind}{code(change.path)}", escaped(change.before), escaped(change.after))
    return f"| {' | '.join(cells)} | {effect}{f': {said}' if said else ''} |"


def to_json(difference: Difference) -> str:
    """Canonical JSON: `{"format": 1, "effect", "changes": […], "takes": […]}`."""
    return dumps(
        {
            "format": 1,
            "name": difference.name,
            "effect": difference.effect.title,
            "before": difference.old_digest,
            "after": difference.new_digest,
            "changes": [_record(change) for change in difference.changes],
            "takes": [{"name": each.name, "before": each.before, "after": each.after} for each in difference.taken],
        }
    )


def _record(change: Change) -> dict[str, Any]:
    return {
        "path": change.path,
        "kind": change.kind or "attribute",
        "before": change.before or None,
        "after": change.after or None,
        "effect": change.effect.title,
        "consequences": list(change.consequences),
        "alarm": change.alarm,
    }
