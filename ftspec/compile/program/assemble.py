"""Puts a program together: imports, parents, the chosen overlay, and what the command line sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ftspec.compile.codes import CYCLE, MISPLACED, UNKNOWN_BLOCK, UNKNOWN_NAME, WRONG_KIND
from ftspec.compile.program.files import Reader
from ftspec.compile.program.names import Labelled, followed, look_up, visible
from ftspec.compile.program.namespace import LABELLED, SINGLE
from ftspec.compile.program.overlay import apply_overlay, apply_settings, check_overlay
from ftspec.compile.program.paths import repository_of
from ftspec.compile.program.sections import Program, Section, Spoken
from ftspec.compile.program.strays import wrecks
from ftspec.spec import foreign
from ftspec.syntax.tree import Waiver
from ftspec.text.diagnostic import Diagnostic, Place
from ftspec.text.source import Source
from ftspec.text.suggest import similar

INNER = {"clean": "data", "split": "data", "augment": "data", "mixture": "data", "vocabulary": "model"}
"""Blocks that stand inside others."""


def assemble(
    source: Source, path: Path, overlay: str | None = None, settings: Sequence[str] = (), trial: Sequence[str] = ()
) -> tuple[Program, list[Diagnostic]]:
    """The program of the file at `path`, and every mistake in its names.

    `settings` are `path=value` as the command line gives them, `trial` as a search does.
    """
    path = path.resolve()
    reader = Reader(repository_of(path.parent))
    main = reader.unit(source, path)
    found = reader.found
    sections: dict[str, Section] = {}
    for unit in main.all():
        follows_wreck = wrecks(unit.parsed)
        whole = [each for each in unit.sections if not follows_wreck(each.span)]
        found.extend(problem for each in whole for problem in _header_problems(each))
        for each in unit.sections:
            if each.label is not None and each.kind not in SINGLE:
                sections.setdefault(unit.scope.prefix + each.label, each)
    done: dict[str, Section] = {}
    merged = {label: _with_parents(label, sections, found, done) for label in sections}
    program = Program(
        scope=main.scope,
        labelled={label: each for label, each in merged.items() if each.kind != "overlay"},
        single={each.kind: each for each in reversed(main.sections) if each.kind in SINGLE},
        overlays={label: each for label, each in merged.items() if each.kind == "overlay" and each.scope is main.scope},
        waivers=tuple(Spoken(each, main.scope) for each in main.parsed.file.statements if isinstance(each, Waiver)),
    )
    found.extend(problem for each in program.overlays.values() for problem in check_overlay(each, found))
    if overlay is not None:
        program = apply_overlay(program, overlay, found)
    return apply_settings(apply_settings(program, settings, found), trial, found, by="search"), found


def _header_problems(section: Section) -> Iterator[Diagnostic]:
    """What is wrong with a top-level block's kind, label or parent, and with the headers inside it."""
    if section.kind not in (*SINGLE, *LABELLED):
        yield _unknown_block(section)
        return
    if section.kind in LABELLED and section.label is None:
        yield _needs_label(section)
    elif section.kind in SINGLE and _has_name(section):
        help = f"write `{section.kind} {{`"
        yield Diagnostic(MISPLACED, f"`{section.kind}` takes no name", section.place, help)
    if section.extends is not None and section.kind in SINGLE:
        yield _no_parent(section)
    for nested in section.sections:
        yield from _nested_problems(nested)


def _has_name(section: Section) -> bool:
    return section.label is not None or (section.sentence is not None and section.kind != "goal")


def _nested_problems(section: Section) -> Iterator[Diagnostic]:
    if section.extends is not None:
        yield _no_parent(section)
    elif (section.label is not None or section.sentence is not None) and section.kind not in LABELLED:
        help = f"write `{section.kind} {{`"
        yield Diagnostic(MISPLACED, f"`{section.kind}` takes no name here", section.place, help)
    for nested in section.sections:
        yield from _nested_problems(nested)


def _no_parent(section: Section) -> Diagnostic:
    assert section.extends is not None
    message = f"`{section.kind}` cannot extend anything: only blocks with a label of their own can"
    place = section.scope.place(section.extends.span)
    return Diagnostic(WRONG_KIND, message, place, f"write `{section.kind} {{` and say there what it needs")


def _unknown_block(section: Section) -> Diagnostic:
    known = (*SINGLE, *LABELLED)
    if section.kind in INNER:
        help = f"move it into a `{INNER[section.kind]}` block"
        return Diagnostic(MISPLACED, f"`{section.kind}` stands inside another block", section.place, help)
    ours = foreign.words("blocks").get(section.kind)
    nearest = ours or similar(section.kind, known)
    names = ", ".join(f"`{each}`" for each in sorted(known))
    said = foreign.words("statements").get(section.kind)
    if section.label in known:  # `base model {`
        said = f"write `{section.label} {section.kind} {{`: the kind of a block stands first"
    if said:
        help = said
    elif ours:
        help = f"ftspec calls it `{ours}`"
    else:
        help = f"a similar block exists: `{nearest}`" if nearest else f"the blocks are {names}"
    return Diagnostic(UNKNOWN_BLOCK, f"unknown block `{section.kind}`", section.place, help)


def _needs_label(section: Section) -> Diagnostic:
    message = f"`{section.kind}` needs a name"
    if section.sentence is not None:
        message = f"the name of a `{section.kind}` is a bare word, not a string"
    return Diagnostic(MISPLACED, message, section.place, f"write `{section.kind} my_{section.kind} {{`")


def _with_parents(
    label: str,
    sections: Mapping[str, Section],
    found: list[Diagnostic],
    done: dict[str, Section],
    above: tuple[str, ...] = (),
) -> Section:
    """A block with what it inherits. `done` keeps those whose parents are whole, so that each is merged once."""
    section = sections[label]
    if label in done:
        return done[label]
    if section.extends is None or section.kind in SINGLE:
        done[label] = section
        return section
    problem = _parent_problem(label, section, sections, above)
    if problem is not None:
        found.extend(each for each in problem if not _is_mended(section, found))
        return section._replace(extends=None, orphan=True)
    path = section.extends
    target = look_up(path, section.scope)
    assert isinstance(target, Labelled)
    parent = _with_parents(target.label, sections, found, done, (*above, label))
    merged = section.under(parent, f"extends {path.text}")._replace(extends=None)
    if target.label in done:
        done[label] = merged
    return merged


def _is_mended(section: Section, found: Sequence[Diagnostic]) -> bool:
    """Whether the parent was guessed from a header that does not parse."""
    places = [each.place for each in found if each.place is not None and each.code.id.startswith("FT1")]
    return any(
        each.source == section.scope.source and section.span.start <= each.span.start <= section.span.end + 1
        for each in places
    )


def _parent_problem(
    label: str, section: Section, sections: Mapping[str, Section], above: tuple[str, ...]
) -> list[Diagnostic] | None:
    """Why a block cannot have the parent it names; None when it can. Empty where that is reported already."""
    path, scope = section.extends, section.scope
    assert path is not None
    place = scope.place(path.span)
    target = look_up(path, scope)
    if not isinstance(target, Labelled) or target.rest or target.label not in sections:
        if followed(path, scope)[0].unreadable:
            return []
        names = [each for each in visible(scope) if _kind_of(each, scope.prefix, sections) == section.kind]
        nearest = similar(path.text, [each for each in names if scope.prefix + each != label])
        help = f"a similar name exists: `{nearest}`" if nearest else f"name another `{section.kind}` block"
        return [Diagnostic(UNKNOWN_NAME, f"nothing is called `{path.text}`", place, help)]
    if target.label in (label, *above):
        return _circle(label, target.label, above, list(sections), place)
    other = sections[target.label].kind
    if other != section.kind:
        message = f"a `{section.kind}` cannot extend the {other} `{path.text}`"
        return [Diagnostic(WRONG_KIND, message, place, f"name another `{section.kind}` block")]
    return None


def _kind_of(name: str, prefix: str, sections: Mapping[str, Section]) -> str | None:
    section = sections.get(prefix + name)
    return section.kind if section else None


def _circle(label: str, target: str, above: tuple[str, ...], order: list[str], place: Place) -> list[Diagnostic]:
    """A circle of parents is said once: on the way from the block of it that stands first."""
    way = (*above, label)
    members = way[way.index(target) :]
    if way[0] != min(members, key=order.index):
        return []
    circle = " → ".join((*members, target))
    return [Diagnostic(CYCLE, f"`{target}` extends itself: {circle}", place, "leave out one `extends`")]
