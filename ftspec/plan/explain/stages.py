"""Several stages as a drawn order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftspec.plan.explain.table import Entry, Section, Text
from ftspec.plan.explain.words import name, plural
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Train


def stage_section(plan: Plan) -> Section:
    """The tree of what starts from what; nothing for a single stage."""
    trains = list(plan.of(Train))
    if len(trains) < 2:
        return Section("order")
    return Section("order", (Entry("", tuple(map(Text, drawn(trains)))),))


def drawn(trains: Sequence[Train]) -> list[str]:
    """One line a model or stage, a stage below what it starts from."""
    lines: list[str] = []
    for model in dict.fromkeys(train.model for train in trains):
        lines.append(name(model))
        lines += _below([each for each in trains if each.model == model and each.from_ is None], trains, "")
    return lines


def _below(stages: Sequence[Train], trains: Sequence[Train], indent: str) -> Iterator[str]:
    for place, stage in enumerate(stages, 1):
        last = place == len(stages)
        yield f"{indent}{'└─' if last else '├─'} {name(stage.id)}  {_about(stage, trains)}"
        children = [each for each in trains if each.from_ == stage.id]
        yield from _below(children, trains, indent + ("   " if last else "│  "))


def _about(stage: Train, trains: Sequence[Train]) -> str:
    known = {name(each.id) for each in trains}
    used = [each for each in stage.objective["arguments"].values() if isinstance(each, str) and each in known]
    also = f", uses {', '.join(used)}" if used else ""
    return f"{stage.objective['name']}, {plural(stage.optimizer_steps, 'step')}{also}"
