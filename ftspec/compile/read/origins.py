"""Where each value of a spec was set, and what it overrode."""

from __future__ import annotations

from ftspec.compile.program.sections import Program, Section, Setting
from ftspec.spec.spec import Origin
from ftspec.syntax.tree import Call, Rule, Turn


def origins(program: Program) -> dict[str, Origin]:
    """By dotted path: where each block, attribute, rule and turn was set."""
    found: dict[str, Origin] = {}
    for label, section in program.labelled.items():
        _add(f"{section.kind}.{label}", section, found)
    for kind, section in program.single.items():
        _add(kind, section, found)
    for number, waiver in enumerate(program.waivers):
        found[f"waivers.{number}"] = Origin(waiver.by, waiver.place)
    return found


def _add(path: str, section: Section, found: dict[str, Origin]) -> None:
    found[path] = Origin(section.by, section.place)
    for name, setting in section.settings.items():
        found[f"{path}.{name}"] = _origin(setting)
        found |= _arguments(f"{path}.{name}", setting)
    rules = [each for each in section.spoken if isinstance(each.node, Rule)]
    turns = [each for each in section.spoken if isinstance(each.node, Turn)]
    for number, rule in enumerate(rules):
        assert isinstance(rule.node, Rule)
        found[f"{path}.rules.{number}"] = Origin(rule.by, rule.scope.place(rule.node.expression.span))
    for number, turn in enumerate(turns):
        assert isinstance(turn.node, Turn)
        found[f"{path}.turns.{number}"] = Origin(turn.by, turn.scope.place(turn.node.text.span))
    for nested in section.sections:
        _add(f"{path}.{nested.kind}", nested, found)


def _arguments(path: str, setting: Setting) -> dict[str, Origin]:
    """The named arguments of a call, each at its value."""
    named = setting.value.arguments if isinstance(setting.value, Call) else ()
    places = {each.name.text: setting.scope.place(each.value.span) for each in named if each.name is not None}
    return {f"{path}.{name}": Origin(setting.by, place) for name, place in places.items()}


def _origin(setting: Setting) -> Origin:
    overrode = None if setting.overrode is None else _as_written(setting.overrode)
    return Origin(setting.by, setting.value_place, overrode)


def _as_written(setting: Setting) -> str:
    span = setting.value.span
    return " ".join(setting.scope.source.text[span.start : span.end].split())
