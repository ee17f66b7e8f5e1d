"""Reads a whole program into a `Spec`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, get_args

from ftspec.compile.codes import MISPLACED, MISSING_ATTRIBUTE
from ftspec.compile.program.sections import Program, Section
from ftspec.compile.read.blocks import read_block
from ftspec.compile.read.conditions import read_rule
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.order import reached, stages_in_order, with_inherited_methods
from ftspec.compile.read.origins import origins
from ftspec.compile.vocabulary import BLOCKS
from ftspec.spec import foreign
from ftspec.spec.goal import Goal
from ftspec.spec.spec import Spec, Waived
from ftspec.spec.template import Role, Template, Turn
from ftspec.syntax.tree import Rule as RuleNode
from ftspec.syntax.tree import Turn as TurnNode
from ftspec.syntax.tree import Waiver as WaiverNode
from ftspec.syntax.unparse import expression_text
from ftspec.text.diagnostic import Edit, Fix
from ftspec.text.suggest import similar


class Reading(NamedTuple):
    """What could be read of a spec, and what could not."""

    spec: Spec
    unread: frozenset[str]
    """`train.method`, or `train` where a whole block is missing."""


def read_spec(context: Context, name: str) -> Reading:
    """Every block that can be read; what cannot is noted, and reported in the context."""
    program = context.program
    values = {label: _read(context, label, section) for label, section in program.labelled.items()}
    values = {label: value for label, value in values.items() if not isinstance(value, Missing)}
    single = {kind: _read(context, kind, section) for kind, section in program.single.items() if kind in BLOCKS}
    kept = reached(program, context.links)
    context.unread |= set(BLOCKS) if context.has_lost_blocks else _misspelt(program)
    groups: dict[str, Any] = {field: _of_kind(values, program, kind, kept) for field, kind in _GROUPS.items()}
    groups["trains"] = with_inherited_methods(stages_in_order(groups["trains"], context.links))
    spec = Spec(
        name=name,
        root=context.root,
        repository=program.scope.repository,
        **groups,
        **{kind: value for kind, value in single.items() if not isinstance(value, Missing)},
        waivers=tuple(_waived(each.node) for each in program.waivers if isinstance(each.node, WaiverNode)),
        origins=origins(program),
    )
    return Reading(spec, frozenset(context.unread))


def _waived(node: WaiverNode) -> Waived:
    return Waived(expression_text(node.rule), node.because.value)


_GROUPS = {"models": "model", "templates": "template", "data": "data", "trains": "train"}


def _misspelt(program: Program) -> set[str]:
    """The kinds of blocks whose keyword is not known, as far as it can be guessed."""
    kinds = {each.kind for each in program.labelled.values()} - set(BLOCKS)
    meant = (foreign.words("blocks").get(kind) or similar(kind, BLOCKS) for kind in kinds)
    return {guess for guess in meant if guess is not None}


def _of_kind(values: Mapping[str, Any], program: Program, kind: str, kept: frozenset[str]) -> dict[str, Any]:
    labels = [label for label, section in program.labelled.items() if section.kind == kind and label in kept]
    return {label: values[label] for label in labels if label in values}


def _read(context: Context, label: str, section: Section) -> Any | Missing:
    context.reading = label
    match section.kind:
        case "goal":
            return _goal(context, section)
        case "template":
            return _template(context, section)
        case "gates" | "budget":
            return _rules(context, section)
        case "search":
            from ftspec.compile.read.search import read_search

            return read_search(context, section)
        case kind if kind in BLOCKS:
            return read_block(context, section, BLOCKS[kind], kind)
        case _:
            return MISSING


def _goal(context: Context, section: Section) -> Any | Missing:
    if section.sentence is None or not section.sentence.value.strip():
        help = 'write `goal "what the model is for" {`'
        context.report(MISSING_ATTRIBUTE, "a goal is a sentence", section.scope, section.span, help)
    sentence = section.sentence.value if section.sentence else ""
    return read_block(context, section, Goal, "goal", {"sentence": sentence})


def _template(context: Context, section: Section) -> Any | Missing:
    nodes = [each for each in section.spoken if isinstance(each.node, TurnNode)]
    preferred = any(each.node.role.text in ("chosen", "rejected") for each in nodes)  # type: ignore[union-attr]
    read = [_turn(context, each.node, each.scope, preferred) for each in nodes]  # type: ignore[arg-type]
    turns = [turn for turn in read if turn is not None]
    if not nodes and not context.is_damaged(section):
        help = 'add turns: `user "{{ question }}"` and `assistant "{{ answer }}"`'
        context.report(MISSING_ATTRIBUTE, f"`{section.title}` has no turns", section.scope, section.span, help)
    if len(turns) < len(nodes) or not turns:
        context.unread.add("template.turns")
    return read_block(context, section, Template, "template", {"turns": tuple(turns)})


def _turn(context: Context, node: TurnNode, scope: Any, preferred: bool) -> Turn | None:
    role: Any = node.role.text
    roles = get_args(Role)
    if role in roles:
        return Turn(role=role, text=node.text.value)
    nearest = foreign.words("turns").get(role) or similar(role, roles)
    if nearest == "user" and preferred:
        nearest = "prompt"
    fix = Fix((Edit(node.role.span, nearest),), safe=False) if nearest else None
    help = f"write `{nearest}`" if nearest else "the turns are " + ", ".join(f"`{each}`" for each in roles)
    context.report(MISPLACED, f"no turn is called `{role}`", scope, node.role.span, help, fix)
    return None


def _rules(context: Context, section: Section) -> Any | Missing:
    nodes = [each for each in section.spoken if isinstance(each.node, RuleNode)]
    rules = [read_rule(context, each.node, each.scope, section.kind) for each in nodes]  # type: ignore[arg-type]
    if any(isinstance(each, Missing) for each in rules):
        context.unread.add(f"{section.kind}.rules")
    readable = tuple(each for each in rules if not isinstance(each, Missing))
    return read_block(context, section, BLOCKS[section.kind], section.kind, {"rules": readable})
