"""Dotted overrides: the attributes of an overlay, and `--set path=value` of the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ftspec.compile.codes import BAD_EXPRESSION, UNKNOWN_NAME, UNKNOWN_OVERRIDE
from ftspec.compile.program.sections import Program, Section, Setting
from ftspec.syntax import parse
from ftspec.syntax.tree import Attribute, Block
from ftspec.text.diagnostic import Diagnostic
from ftspec.text.source import Source
from ftspec.text.suggest import similar


def apply_overlay(program: Program, name: str, found: list[Diagnostic]) -> Program:
    """The program with the overlay's attributes in force."""
    overlay = program.overlays.get(name)
    if overlay is None:
        nearest = similar(name, program.overlays) or ", ".join(f"`{each}`" for each in program.overlays)
        help = f"the overlays of this file: {nearest}" if program.overlays else "this file has no overlay"
        found.append(Diagnostic(UNKNOWN_NAME, f"no overlay is called `{name}`", None, help))
        return program
    for setting in overlay.settings.values():
        program = _override(program, replace(setting, by=f"overlay {name}"), found)
    return program


def apply_settings(program: Program, settings: Sequence[str], found: list[Diagnostic]) -> Program:
    """The program with each `path=value` of the command line in force, in order."""
    for text in settings:
        source, attribute, mistakes = _parse_setting(text)
        found.extend(mistakes)
        if attribute is not None:
            scope = replace(program.scope, source=source)
            span = attribute.path[0].span.to(attribute.path[-1].span)
            program = _override(program, Setting(attribute.name, attribute.value, scope, span, "--set"), found)
    return program


def _parse_setting(text: str) -> tuple[Source, Attribute | None, list[Diagnostic]]:
    """`router.length=5 steps` as an attribute."""
    source = Source("--set", f"ftspec 1\noverlay set {{\n{text}\n}}\n")
    parsed = parse(source)
    block = next((each for each in parsed.file.statements if isinstance(each, Block)), None)
    inside = [each for each in block.body if isinstance(each, Attribute)] if block else []
    mistakes = list(parsed.diagnostics)
    if len(inside) != 1 and not mistakes:
        mistakes.append(Diagnostic(BAD_EXPRESSION, f"`--set {text}` sets nothing", None, "write `--set router.seed=1`"))
    return source, inside[0] if len(inside) == 1 else None, mistakes


def _override(program: Program, setting: Setting, found: list[Diagnostic]) -> Program:
    """Follows the path through labels, single blocks and nested blocks to the attribute at its end."""
    homes = {**program.single, **program.labelled}
    parts = setting.name.split(".")
    home = next((n for n in range(len(parts) - 1, 0, -1) if ".".join(parts[:n]) in homes), None)
    if home is None:
        nearest = similar(parts[0], homes)
        help = (
            f"a similar name exists: `{nearest}`"
            if nearest
            else "begin with the label of a block: `router.length = 5 steps`"
        )
        found.append(Diagnostic(UNKNOWN_OVERRIDE, f"nothing is called `{parts[0]}`", setting.place, help))
        return program
    key = ".".join(parts[:home])
    changed = _set(homes[key], parts[home:], setting)
    if key in program.single:
        return replace(program, single={**program.single, key: changed})
    return replace(program, labelled={**program.labelled, key: changed})


def _set(section: Section, path: Sequence[str], setting: Setting) -> Section:
    nested = section.child(path[0]) if len(path) > 1 else None
    if len(path) > 1 and nested is None and section.kind not in ("mixture", "search"):
        nested = Section(path[0], None, None, setting.scope, setting.span)
    if nested is not None:
        others = tuple(each for each in section.sections if each.kind != path[0])
        return replace(section, sections=(*others, _set(nested, path[1:], setting)))
    name = ".".join(path)
    new = replace(setting, name=name, overrode=section.settings.get(name))
    return replace(section, settings={**section.settings, name: new})
