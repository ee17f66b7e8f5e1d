"""FT308: an objective learns from rows of certain shapes."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import WRONG_FORMAT
from ftspec.compile.defaults import objective_of, parts_of
from ftspec.spec.data import Format
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = (
    "train.objective",
    "train.data",
    "data.format",
    "data.source",
    "data.mixture",
    "data.template",
    "data",
    "template",
    "template.turns",
)


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Stages whose data is named to be of a shape that their objective cannot learn from."""
    for name, train in spec.trains.items():
        objective = objective_of(train)
        for use in parts_of(spec, train.data):
            format = spec.data[use.data].format or _rendered(spec, use.data, "preference" in objective.formats)
            if format is None or format in objective.formats:
                continue
            template = spec.data[use.data].template
            if spec.data[use.data].format is None and format == "prompt":
                message = f"`{objective.keyword()}` learns answers, and `template {template}` has no turn with one"
                place = spec.place(f"template.{template}")
                yield Diagnostic(WRONG_FORMAT, message, place, 'add a turn: `assistant "{{ answer }}"`')
                continue
            listed = " or ".join(f"`{each}`" for each in sorted(objective.formats))
            message = f"`{objective.keyword()}` cannot learn from {format} rows"
            yield Diagnostic(
                WRONG_FORMAT,
                message,
                spec.place(f"train.{name}.data"),
                f"give it {listed} rows, or name another objective",
            )


def _rendered(spec: Spec, name: str, chooses: bool) -> Format | None:
    """The shape that a template of this file gives its rows, where its turns alone tell."""
    template = spec.templates.get(spec.data[name].template or "")
    roles = {turn.role for turn in template.turns} if template else set()
    if roles and roles <= {"system", "user", "prompt"}:
        return "prompt"
    if chooses and "assistant" in roles:
        return "prompt_completion"
    return "text" if roles == {"text"} else None
