"""Puts a program together: imports, parents, the chosen overlay, and what the command line sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ftspec.compile.codes import CYCLE, MISPLACED, UNKNOWN_BLOCK, UNKNOWN_NAME, WRONG_KIND
from ftspec.compile.program.files import SINGLE, Reader
from ftspec.compile.program.names import Labelled, look_up, visible
from ftspec.compile.program.overlay import apply_overlay, apply_settings
from ftspec.compile.program.sections import Program, Section
from ftspec.text.diagnostic import Diagnostic
from ftspec.text.source import Source
from ftspec.text.suggest import similar

LABELLED = ("model", "template", "data", "train", "overlay")
"""Blocks that carry a label."""


def assemble(
    source: Source, folder: Path, overlay: str | None = None, settings: Sequence[str] = ()
) -> tuple[Program, list[Diagnostic]]:
    """The program of a file, and every mistake in its names.

    `settings` are `path=value` as the command line gives them.
    """
    reader = Reader()
    main = reader.unit(source, folder.resolve())
    sections = {
        unit.scope.prefix + each.label: each for unit in main.all() for each in unit.sections if each.label is not None
    }
    found = reader.found
    found.extend(_unknown_blocks(main.sections))
    merged = {label: _with_parents(label, sections, found, ()) for label in sections}
    program = Program(
        scope=main.scope,
        labelled={label: each for label, each in merged.items() if each.kind != "overlay"},
        single={each.kind: each for each in reversed(main.sections) if each.kind in SINGLE},
        overlays={label: each for label, each in merged.items() if each.kind == "overlay"},
    )
    if overlay is not None:
        program = apply_overlay(program, overlay, found)
    return apply_settings(program, settings, found), found


def _unknown_blocks(sections: Sequence[Section]) -> list[Diagnostic]:
    found = []
    for each in sections:
        if each.kind not in (*SINGLE, *LABELLED):
            found.append(_unknown_block(each))
        elif each.kind in LABELLED and each.label is None:
            found.append(_needs_label(each))
        elif each.kind in SINGLE and each.label is not None:
            message = f"`{each.kind}` takes no name"
            found.append(Diagnostic(MISPLACED, message, each.place, f"write `{each.kind} {{`"))
    return found


def _unknown_block(section: Section) -> Diagnostic:
    nearest = similar(section.kind, (*SINGLE, *LABELLED))
    names = ", ".join(f"`{each}`" for each in sorted((*SINGLE, *LABELLED)))
    help = f"a similar block exists: `{nearest}`" if nearest else f"the blocks are {names}"
    return Diagnostic(UNKNOWN_BLOCK, f"unknown block `{section.kind}`", section.place, help)


def _needs_label(section: Section) -> Diagnostic:
    message = f"`{section.kind}` needs a name"
    if section.sentence is not None:
        message = f"the name of a `{section.kind}` is a bare word, not a string"
    return Diagnostic(MISPLACED, message, section.place, f"write `{section.kind} my_{section.kind} {{`")


def _with_parents(
    label: str, sections: Mapping[str, Section], found: list[Diagnostic], above: tuple[str, ...]
) -> Section:
    section = sections[label]
    if section.extends is None:
        return section
    path, scope = section.extends, section.scope
    target = look_up(path, scope)
    if not isinstance(target, Labelled) or target.rest or target.label not in sections:
        nearest = similar(path.text, visible(scope))
        help = f"a similar name exists: `{nearest}`" if nearest else f"name another `{section.kind}` block"
        found.append(Diagnostic(UNKNOWN_NAME, f"nothing is called `{path.text}`", scope.place(path.span), help))
    elif target.label in (label, *above):
        message = f"`{section.label}` extends itself"
        found.append(Diagnostic(CYCLE, message, scope.place(path.span), "break the circle"))
    elif sections[target.label].kind != section.kind:
        other = sections[target.label].kind
        message = f"a `{section.kind}` cannot extend the {other} `{path.text}`"
        found.append(Diagnostic(WRONG_KIND, message, scope.place(path.span), f"name another `{section.kind}` block"))
    else:
        parent = _with_parents(target.label, sections, found, (*above, label))
        return replace(section.under(parent, f"extends {path.text}"), extends=None)
    return replace(section, extends=None)
