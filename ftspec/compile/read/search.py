"""`search { … }`: its own attributes, and dotted paths with the values they may have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ftspec.compile.codes import (
    BAD_EXPRESSION,
    DUPLICATE_ATTRIBUTE,
    MISSING_ATTRIBUTE,
    NOT_A_CHOICE,
    UNKNOWN_ATTRIBUTE,
    WRONG_TYPE,
)
from ftspec.compile.program.scope import Scope
from ftspec.compile.program.sections import Section, Setting
from ftspec.compile.read.blocks import read_block
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.scores import score_of
from ftspec.spec.rules import Score
from ftspec.spec.search import Choice, Range, Search
from ftspec.syntax.tree import Argument, Call, Expression, Number, Reference
from ftspec.syntax.tree import Sequence as List
from ftspec.syntax.unparse import expression_text
from ftspec.text.diagnostic import Edit, Fix
from ftspec.text.suggest import similar

GOALS = ("maximize", "minimize")
SHAPES = "`choice(8, 16, 32)` or `range(1e-4, 1e-3, scale = log)`"


def read_search(context: Context, section: Section) -> Any | Missing:
    """The block, or what stands for it where something in it could not be read."""
    paths = {name: each for name, each in section.settings.items() if len(each.path) > 1}
    goals = {name: each for name, each in section.settings.items() if name in GOALS}
    strays = {name: goal for name in section.settings if (goal := _meant(name)) and goal not in goals}
    for name, goal in strays.items():
        _report_stray(context, section.settings[name], goal)
    taken = {*paths, *goals, *strays}
    own = {name: each for name, each in section.settings.items() if name not in taken}
    scores = {name: _score(context, each) for name, each in goals.items()}
    explored = tuple(_explored(context, each) for each in paths.values())
    whole = not strays and _is_whole(context, section, goals, paths)
    given: dict[str, Any] = dict.fromkeys((*GOALS, "score"))
    if not whole or any(isinstance(each, Missing) for each in (*scores.values(), *explored)):
        read_block(context, section._replace(settings=own), Search, "search", {**given, "explored": ()})
        context.unread.add("search")
        return MISSING
    given |= {name: expression_text(each.value) for name, each in goals.items()}
    given |= {"score": next(iter(scores.values())), "explored": explored}
    return read_block(context, section._replace(settings=own), Search, "search", given)


def _meant(name: str) -> str | None:
    """The goal that an unknown name stands for."""
    known = {"metric": "maximize", "objective": "maximize", "direction": "maximize"}
    if name in Search.model_fields or "." in name:
        return None
    return known.get(name) or similar(name, GOALS)


def _report_stray(context: Context, setting: Setting, goal: str) -> None:
    message = f"`search` has no attribute `{setting.name}`"
    fix = Fix((Edit(setting.span, goal),), safe=False)
    help = (
        f"write `{goal} = accuracy(tickets.validation)`" if goal != similar(setting.name, GOALS) else f"write `{goal}`"
    )
    context.report(UNKNOWN_ATTRIBUTE, message, setting.scope, setting.span, help, fix)


def _is_whole(context: Context, section: Section, goals: dict[str, Setting], paths: dict[str, Setting]) -> bool:
    """Whether there is one metric to go by and something to try."""
    if context.is_damaged(section):
        return False
    if len(goals) == 2:
        place = goals["minimize"]
        message = "`search` goes by one metric, `maximize` or `minimize`"
        context.report(DUPLICATE_ATTRIBUTE, message, place.scope, place.span, "keep one of the two")
    if not goals:
        help = "add `maximize = accuracy(tickets.validation)` with a metric on rows that no `require` reads"
        context.report(MISSING_ATTRIBUTE, "`search` needs a metric", section.scope, section.span, help)
    if not paths:
        help = "add `router.learning_rate = range(1e-4, 1e-3, scale = log)`"
        context.report(MISSING_ATTRIBUTE, "`search` has nothing to try", section.scope, section.span, help)
    return len(goals) == 1 and bool(paths)


def _score(context: Context, setting: Setting) -> Score | Missing:
    if isinstance(setting.value, Call):
        return score_of(context, setting.value, setting.scope)
    help = f"write `{setting.name} = accuracy(tickets.validation)`"
    return context.report(WRONG_TYPE, "a metric is due here", setting.scope, setting.value.span, help)


def _explored(context: Context, setting: Setting) -> Choice | Range | Missing:
    value, scope = setting.value, setting.scope
    if not isinstance(value, Call) or value.name.text not in ("choice", "range"):
        message = f"what to try for `{setting.name}` is due here"
        help = f"write {SHAPES}"
        if isinstance(value, List) and value.items:
            help = f"write `choice({', '.join(expression_text(each) for each in value.items)})`"
        return context.report(WRONG_TYPE, message, scope, value.span, help)
    read = _choice if value.name.text == "choice" else _range
    return read(context, setting.name, value, scope)


def _choice(context: Context, path: str, call: Call, scope: Scope) -> Choice | Missing:
    named = next((each for each in call.arguments if each.name is not None), None)
    if named is not None:
        help = "write the values one after the other: `choice(8, 16)`"
        return context.report(BAD_EXPRESSION, "`choice` takes values without names", scope, named.span, help)
    values = tuple(dict.fromkeys(expression_text(each.value) for each in call.arguments))
    if len(values) < 2:
        help = "add another, or set the attribute itself"
        return context.report(BAD_EXPRESSION, "one value leaves nothing to choose", scope, call.span, help)
    return Choice(path=path, values=values)


def _range(context: Context, path: str, call: Call, scope: Scope) -> Range | Missing:
    ends = [context.resolved(each.value, scope) for each in call.arguments if each.name is None]
    numbers = [each[0] for each in ends if not isinstance(each, Missing) and isinstance(each[0], Number)]
    if len(ends) != 2 or len(numbers) != 2:
        help = "write `range(1e-4, 1e-3)`, or `choice(…)` for values that are no numbers"
        return context.report(BAD_EXPRESSION, "`range` takes two numbers", scope, call.span, help)
    low, high = numbers
    scale = _scale(context, [each for each in call.arguments if each.name is not None], scope)
    if isinstance(scale, Missing):
        return MISSING
    if _unit(low) != _unit(high):
        message = f"`{expression_text(low)}` and `{expression_text(high)}` have different units"
        return context.report(BAD_EXPRESSION, message, scope, call.span, "give both ends the same unit")
    if low.value >= high.value or (scale == "log" and low.value <= 0):
        message = "a range goes from the smaller number to the larger"
        if scale == "log" and low.value <= 0:
            message = "a logarithmic range begins above 0"
        return context.report(BAD_EXPRESSION, message, scope, call.span, "as in `range(1e-4, 1e-3, scale = log)`")
    whole = low.is_integer and high.is_integer and high.value - low.value >= 1
    return Range(path=path, low=low.value, high=high.value, unit=_unit(low), scale=scale, whole=whole)


def _scale(context: Context, named: list[Argument], scope: Scope) -> Any | Missing:
    found = "linear"
    for each in named:
        assert each.name is not None
        value = each.value.text if isinstance(each.value, Reference) else None
        if each.name.text != "scale" or value not in ("linear", "log"):
            help = "write `scale = log` or `scale = linear`"
            return context.report(
                NOT_A_CHOICE, "`range` knows `scale = log` and `scale = linear`", scope, each.span, help
            )
        found = value
    return found


def _unit(number: Number) -> str:
    """What follows the digits, as the formatter writes it."""
    text = expression_text(number)
    return text[len(expression_text(Number(number.value, span=number.span))) :]


def tried(section: Section) -> Iterator[tuple[Setting, Expression]]:
    """Each explored attribute with every value whose own mistakes would be mistakes of a trial."""
    for setting in section.settings.values():
        if len(setting.path) > 1 and isinstance(setting.value, Call):
            for argument in setting.value.arguments:
                if argument.name is None:
                    yield setting, argument.value
