"""What makes rows of drafts: a template, or the shape that the rows have themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftspec.data import codes
from ftspec.data.clean import Draft
from ftspec.data.conversation import holds_messages
from ftspec.data.faults import Fault, Unusable
from ftspec.data.recipe import Recipe
from ftspec.data.row import Row
from ftspec.data.shapes import Shape, recognised

if TYPE_CHECKING:
    from ftspec.data.render import TurnTemplate

Examples = Callable[[str], Callable[[int], list[Mapping[str, Any]]]]
"""By item: what a template's `examples(k)` gives."""

_TRAINED: Mapping[str, tuple[str, ...]] = {
    "prompt_completion": ("assistant",),
    "chat": ("assistant",),
    "unpaired": ("assistant",),
    "preference": ("chosen", "rejected"),
    "text": ("text",),
    "labels": (),
    "prompt": (),
}
"""The roles that train in rows that bring their own turns, by format."""


def no_examples(item: str) -> Callable[[int], list[Mapping[str, Any]]]:
    """`examples(k)` before it is known which rows are in which part."""
    return lambda count: []


@dataclass(frozen=True, eq=False)
class Renderer:
    """Makes rows of drafts."""

    format: str
    source: str
    template: tuple[tuple[str, str], ...]
    trained_roles: tuple[str, ...]
    required: tuple[str, ...]
    """Fields without which a row cannot be rendered."""

    by_template: TurnTemplate | None = None
    by_shape: Shape | None = None

    @property
    def uses_examples(self) -> bool:
        """Whether the template shows other rows of the training part."""
        return self.by_template is not None and self.by_template.uses_examples

    def rows(self, drafts: Sequence[Draft], examples: Examples = no_examples) -> tuple[list[Row], list[Fault]]:
        """A row for each draft, and the faults of those that cannot be rendered."""
        rows: list[Row] = []
        faults: list[Fault] = []
        for draft in drafts:
            try:
                rows.append(self._row(draft, examples))
            except Unusable as error:
                faults.append(error.at(draft.file, draft.number))
        return rows, faults

    def _row(self, draft: Draft, examples: Examples) -> Row:
        if self.by_template is not None:
            template = self.by_template
            turns = template.render(draft.fields, {"examples": examples(draft.item)})
            return Row(
                draft.item, draft.file, draft.number, draft.fields, turns, used=template.used, asked=template.asked
            )
        assert self.by_shape is not None and self.by_shape.turns is not None
        is_bare = self.by_shape.bare and not holds_messages(draft.fields.get("prompt"))
        turns, tools = self.by_shape.turns(draft.fields), _tools(draft.fields.get("tools"))
        return Row(draft.item, draft.file, draft.number, draft.fields, turns, tools, is_bare)


def _tools(value: object) -> tuple[Any, ...]:
    """The `tools` of a row: a list of JSON Schemas, or the JSON text of it or of each of them."""
    value = _from_json(value)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Unusable(codes.WRONG_TYPE, "has something other than a list in `tools`", _SCHEMAS)
    found = tuple(_tool(_from_json(each)) for each in value)
    if not all(isinstance(each, Mapping) for each in found):
        raise Unusable(codes.WRONG_TYPE, "has something other than objects in `tools`", _SCHEMAS)
    return found


_SCHEMAS = "write a list of JSON Schemas"


def _from_json(value: object) -> object:
    """JSON text as what it says, nothing where it is empty; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value or "null")
    except ValueError as error:
        what = f"has text in `tools` that is not JSON: {error}"
        raise Unusable(codes.WRONG_TYPE, what, _SCHEMAS) from error


def _tool(value: Any) -> Any:
    """A function as chat templates expect it: ShareGPT leaves out what it stands in."""
    bare = isinstance(value, Mapping) and "name" in value and not {"type", "function"} & set(value)
    return {"type": "function", "function": value} if bare else value


def renderer_for(recipe: Recipe, drafts: Sequence[Draft]) -> Renderer:
    """The template of the recipe, or the shape of the rows. Raises `Unusable` where there is neither."""
    if recipe.turns:
        return _by_template(recipe.turns, recipe.trained, recipe.turns_source, recipe.format)
    shape = recognised([draft.fields for draft in drafts], recipe.format)
    if shape is None:
        raise _unknown(recipe, drafts)
    if shape.turns is not None:
        return Renderer(shape.format, shape.source, (), _TRAINED[shape.format], shape.needs, by_shape=shape)
    from ftspec.data.library import library_template

    template = library_template(shape.name)
    if template is None:
        raise FileNotFoundError(f"the library has no template {shape.name}")
    turns = tuple((turn.role, turn.text) for turn in template.turns)
    return _by_template(turns, frozenset(template.trained), shape.source, shape.format)


def _by_template(
    turns: tuple[tuple[str, str], ...], trained: frozenset[str], source: str, format: str | None
) -> Renderer:
    from ftspec.data.render import compiled

    template = compiled(turns, trained)
    roles = [role for role, _ in turns]
    return Renderer(
        format=format or format_of(roles, trained),
        source=source,
        template=turns,
        trained_roles=tuple(dict.fromkeys(role for role in roles if role in trained)),
        required=template.required,
        by_template=template,
    )


def format_of(roles: Sequence[str], trained: frozenset[str]) -> str:
    """The format that a template's turns make."""
    if "chosen" in roles and "rejected" in roles:
        return "preference"
    if set(roles) == {"text"}:
        return "text"
    if not trained & set(roles):
        return "prompt"
    return "prompt_completion" if roles.count("assistant") == 1 and roles[-1] == "assistant" else "chat"


def _unknown(recipe: Recipe, drafts: Sequence[Draft]) -> Unusable:
    if not drafts:
        return Unusable(codes.NO_ROWS, "the data has no rows that can be read", "check the files")
    fields = ", ".join(f"`{name}`" for name in drafts[0].fields) or "no fields"
    wanted = "no known format has" if recipe.format is None else f"`format = {recipe.format}` does not have"
    return Unusable(
        codes.UNKNOWN_FORMAT,
        f"the rows have the fields {fields}, which {wanted}",
        _other_way(recipe, drafts[0].fields),
    )


def _other_way(recipe: Recipe, fields: Mapping[str, Any]) -> str:
    """What to do about rows of no known shape: a template of the library that reads them, or one of one's own."""
    from ftspec.data.conversation import is_messages
    from ftspec.data.library import library_names, library_template

    talk = next((name for name, value in fields.items() if is_messages(value)), None)
    if talk is not None:
        return f"`{talk}` holds messages: call the field `messages`"
    reads: dict[str, int] = {}
    for name in library_names():
        found = library_template(name)
        assert found is not None
        made = _by_template(tuple((t.role, t.text) for t in found.turns), frozenset(found.trained), "", None)
        if made.required and set(made.required) <= set(fields) and recipe.format in (None, made.format):
            reads[name] = len(made.required)
    best = [f"`{name}`" for name in reads if reads[name] == max(reads.values())]
    own = "write a `template` that says how a row becomes turns"
    return f"{own}; of the library `template = …` may be {' or '.join(best[:3])}" if best else own
