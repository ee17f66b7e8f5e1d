"""Dotted overrides: the attributes of an overlay, and `--set path=value` of the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftspec.compile.codes import BAD_EXPRESSION, MISPLACED, UNKNOWN_NAME, UNKNOWN_OVERRIDE
from ftspec.compile.program.namespace import LABELLED
from ftspec.compile.program.sections import Program, Section, Setting
from ftspec.compile.program.snippet import attribute_in
from ftspec.syntax.tree import Attribute, Name
from ftspec.text.codes import MAP_LITERAL
from ftspec.text.diagnostic import Diagnostic, Place
from ftspec.text.source import Source, Span
from ftspec.text.suggest import similar

FREE = ("mixture", "search")
"""Blocks whose attributes have dots in their names."""


def check_overlay(overlay: Section, found: Sequence[Diagnostic] = ()) -> Iterator[Diagnostic]:
    """An overlay holds dotted attributes and nothing else. A map is reported already, in `found`."""
    maps = {
        each.place.source.position(each.place.span.start).line
        for each in found
        if each.code is MAP_LITERAL and each.place
    }
    for nested in overlay.sections:
        if nested.place.source.position(nested.place.span.start).line in maps:
            continue
        name = next(iter(nested.settings), "length")
        path = f"{nested.label or nested.kind}.{name}"
        message = "an overlay has dotted attributes, no blocks"
        yield Diagnostic(MISPLACED, message, nested.place, f"write `{path} = …`")
    for spoken in overlay.spoken:
        help = "move it into the block that it belongs to; an overlay changes attributes"
        yield Diagnostic(MISPLACED, "an overlay has dotted attributes, no rules and no turns", spoken.place, help)


def apply_overlay(program: Program, name: str, found: list[Diagnostic]) -> Program:
    """The program with the overlay's attributes in force."""
    overlay = program.overlays.get(name)
    if overlay is None:
        known = ", ".join(f"`{each}`" for each in program.overlays)
        nearest = similar(name, program.overlays)
        help = f"a similar one exists: `{nearest}`" if nearest else f"the overlays of this file: {known}"
        if not known:
            help = f"add `overlay {name} {{ … }}`"
        found.append(Diagnostic(UNKNOWN_NAME, f"no overlay is called `{name}`", None, help))
        return program
    for setting in overlay.settings.values():
        program = override(program, setting._replace(by=f"overlay {name}"), found)
    return program


def apply_settings(program: Program, settings: Sequence[str], found: list[Diagnostic], by: str = "--set") -> Program:
    """The program with each `path=value` of the command line, or of a trial, in force, in order."""
    for text in settings:
        source = Source(by, text)
        attribute, mistakes = attribute_in(source)
        found.extend(mistakes)
        if isinstance(attribute, Attribute):
            scope = program.scope._replace(source=source)
            program = override(program, Setting(attribute.path, attribute.value, scope, by), found)
        elif not mistakes:
            place = Place(source, Span(0, len(text)))
            help = "write `--set router.seed=1`"
            found.append(Diagnostic(BAD_EXPRESSION, f"`--set {text}` sets nothing", place, help))
    return program


def override(program: Program, setting: Setting, found: list[Diagnostic]) -> Program:
    """Follows the path through labels, single blocks and nested blocks to the attribute at its end."""
    homes = {**program.single, **program.labelled}
    parts = [part.text for part in setting.path]
    home = next((n for n in range(len(parts) - 1, 0, -1) if ".".join(parts[:n]) in homes), None)
    if home is None and len(parts) > 1 and parts[0] in _SINGLE_DEFAULTS:
        homes[parts[0]] = Section(parts[0], None, None, setting.scope, setting.span, setting.span)
        home = 1
    if home is None:
        if not program.scope.unreadable:
            found.append(_unknown(setting, parts, homes))
        return program
    key = ".".join(parts[:home])
    changed = _set(homes[key], setting.path[home:], setting)
    if key in program.labelled:
        return program._replace(labelled={**program.labelled, key: changed})
    return program._replace(single={**program.single, key: changed})


_SINGLE_DEFAULTS = ("gates", "hardware", "output")
"""Blocks that mean something without being written."""


def _unknown(setting: Setting, parts: Sequence[str], homes: dict[str, Section]) -> Diagnostic:
    having = [name for name, each in homes.items() if parts[0] in each.settings]
    nearest = similar(parts[0], homes)
    if parts[0] in homes:
        help = f"name the attribute that changes: `{parts[0]}.{next(iter(homes[parts[0]].settings), 'seed')} = …`"
    elif len(parts) > 1 and parts[0] in LABELLED and parts[1] in homes:
        help = f"write `{'.'.join(parts[1:])}`: a label alone names its block"
    elif len(parts) == 1 and having:
        help = f"begin with the label of a block: `{having[0]}.{parts[0]} = …`"
    elif nearest:
        help = f"a similar name exists: `{nearest}`"
    else:
        help = "begin with the label of a block: " + ", ".join(f"`{each}`" for each in list(homes)[:8])
    what = f"`{parts[0]}` is a block, not an attribute" if parts[0] in homes else f"no block is called `{parts[0]}`"
    return Diagnostic(UNKNOWN_OVERRIDE, what, setting.place, help)


def _set(section: Section, path: tuple[Name, ...], setting: Setting) -> Section:
    """The section with the attribute at `path` below it set."""
    if len(path) > 1 and section.kind not in FREE:
        kind = path[0].text
        nested = section.child(kind) or Section(kind, None, None, setting.scope, path[0].span, setting.span)
        others = tuple(each for each in section.sections if each.kind != kind)
        return section._replace(sections=(*others, _set(nested, path[1:], setting)))
    name = ".".join(part.text for part in path)
    new = setting._replace(path=path, overrode=section.settings.get(name))
    return section._replace(settings={**section.settings, name: new})
