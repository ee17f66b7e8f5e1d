"""Reads a whole program into a `Spec`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftspec.compile.codes import MISPLACED, MISSING_ATTRIBUTE
from ftspec.compile.program.paths import repository_of
from ftspec.compile.program.sections import Program, Section, Setting
from ftspec.compile.read.blocks import read_block
from ftspec.compile.read.conditions import read_rule
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.spec.data import Data
from ftspec.spec.goal import Goal
from ftspec.spec.hardware import Hardware
from ftspec.spec.model import Model
from ftspec.spec.output import Output
from ftspec.spec.rules import Budget, Gates
from ftspec.spec.spec import Origin, Spec
from ftspec.spec.template import Template, Turn
from ftspec.spec.train import Train
from ftspec.spec.types import Frozen
from ftspec.syntax.tree import Rule as RuleNode

MODELS: dict[str, type[Frozen]] = {
    "goal": Goal,
    "model": Model,
    "template": Template,
    "data": Data,
    "train": Train,
    "gates": Gates,
    "budget": Budget,
    "hardware": Hardware,
    "output": Output,
}
"""The model of each top-level block."""


def read_spec(context: Context, name: str) -> Spec | None:
    """The spec, or None when something in it could not be read."""
    program = context.program
    labelled = _labelled(context)
    single = {kind: _read(context, section) for kind, section in program.single.items() if kind in MODELS}
    labelled |= _labelled(context, labelled)
    values = {**labelled, **single}
    if any(isinstance(each, Missing) for each in values.values()) or any(each.is_error for each in context.found):
        return None
    fields: dict[str, Any] = {field: _of_kind(values, program, kind) for field, kind in _GROUPS.items()}
    return Spec(
        name=name,
        root=context.root,
        repository=repository_of(context.root),
        origins=_origins(program),
        **fields,
        **single,
    )


_GROUPS = {"models": "model", "templates": "template", "data": "data", "trains": "train"}


def _labelled(context: Context, done: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """This file's own blocks, and the imported ones that something names, directly or through another."""
    values = dict(done or {})
    own = {label for label, each in context.program.labelled.items() if each.scope.prefix == ""}
    while wanted := ((own | context.referenced) & set(context.program.labelled)) - set(values):
        for label in sorted(wanted, key=list(context.program.labelled).index):
            values[label] = _read(context, context.program.labelled[label])
    return values


def _of_kind(values: Mapping[str, Any], program: Program, kind: str) -> dict[str, Any]:
    """The values of one kind, imported ones first: what they are is known before they are used."""
    sections = sorted(program.labelled.items(), key=lambda each: each[1].scope.prefix == "")
    return {label: values[label] for label, section in sections if section.kind == kind and label in values}


def _read(context: Context, section: Section) -> Any | Missing:
    match section.kind:
        case "goal":
            return _goal(context, section)
        case "template":
            return _template(context, section)
        case "gates" | "budget":
            return _rules(context, section)
        case kind if kind in MODELS:
            return read_block(context, section, MODELS[kind])
        case _:
            return None


def _goal(context: Context, section: Section) -> Any | Missing:
    if section.sentence is None:
        help = 'write `goal "what the model is for" {`'
        context.report(MISSING_ATTRIBUTE, "a goal is a sentence", section.scope, section.span, help)
        return MISSING
    return read_block(context, section, Goal, {"sentence": section.sentence.value})


def _template(context: Context, section: Section) -> Any | Missing:
    from typing import get_args

    from ftspec.spec.template import Role
    from ftspec.text.suggest import similar

    turns = []
    for turn in section.turns:
        if turn.role.text not in get_args(Role):
            nearest = {"human": "user", "gpt": "assistant", "model": "assistant", "bot": "assistant", "output": "assistant",
                       "instruction": "system", "input": "user", "response": "assistant"}.get(turn.role.text)  # fmt: skip
            nearest = nearest or similar(turn.role.text, get_args(Role))
            help = f"write `{nearest}`" if nearest else "the turns are " + ", ".join(f"`{r}`" for r in get_args(Role))
            context.report(MISPLACED, f"no turn is called `{turn.role.text}`", section.scope, turn.role.span, help)
        else:
            turns.append(Turn(role=turn.role.text, text=turn.text.value))  # type: ignore[arg-type]
    if not section.turns:
        help = 'add turns: `user "{{ question }}"` and `assistant "{{ answer }}"`'
        context.report(MISSING_ATTRIBUTE, f"`{section.title}` has no turns", section.scope, section.span, help)
    if len(turns) < len(section.turns) or not turns:
        return MISSING
    return read_block(context, section, Template, {"turns": tuple(turns)})


def _rules(context: Context, section: Section) -> Any | Missing:
    rules = [
        read_rule(context, each, section.scope, section.kind) for each in section.rules if isinstance(each, RuleNode)
    ]
    model = MODELS[section.kind]
    block = read_block(context, section, model, {"rules": tuple(r for r in rules if not isinstance(r, Missing))})
    return MISSING if any(isinstance(each, Missing) for each in rules) else block


def _origins(program: Program) -> dict[str, Origin]:
    """By dotted path: where each block, attribute, rule and turn was set."""
    found: dict[str, Origin] = {}
    for label, section in program.labelled.items():
        _section_origins(f"{section.kind}.{label}", section, found)
    for kind, section in program.single.items():
        _section_origins(kind, section, found)
    return found


def _section_origins(path: str, section: Section, found: dict[str, Origin]) -> None:
    found[path] = Origin("spec", section.place)
    for name, setting in section.settings.items():
        found[f"{path}.{name}"] = _origin(setting)
    for number, rule in enumerate(each for each in section.rules if isinstance(each, RuleNode)):
        found[f"{path}.rules.{number}"] = Origin("spec", section.scope.place(rule.expression.span))
    for number, turn in enumerate(section.turns):
        found[f"{path}.turns.{number}"] = Origin("spec", section.scope.place(turn.text.span))
    for nested in section.sections:
        _section_origins(f"{path}.{nested.kind}", nested, found)


def _origin(setting: Setting) -> Origin:
    overrode = None
    if setting.overrode is not None:
        from ftspec.syntax.unparse import expression_text

        overrode = expression_text(setting.overrode.value)
    return Origin(setting.by, setting.value_place, overrode)
