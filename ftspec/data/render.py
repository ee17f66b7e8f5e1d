"""Spec templates: Jinja, sandboxed, with strict undefined names.

A row gives its fields as names, and all of them as `row`, for names that are no words: `row["customer id"]`.
Null is never text: a field that is null counts as missing. Lists and objects are written as JSON, truth values
as `true` and `false`. White space is kept as it is written: `{%-` and `-%}` trim it, as everywhere in Jinja.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from ftspec.data import codes
from ftspec.data.faults import Unusable
from ftspec.data.row import Turn
from ftspec.text.suggest import similar

if TYPE_CHECKING:
    from jinja2 import Environment, Template, nodes

PROVIDED = frozenset({"row", "examples"})
"""Names that every template has beside the row's fields."""


class _Null(Exception):
    """Raised when a template writes null."""


@dataclass(frozen=True, eq=False)
class TurnTemplate:
    """The compiled turns of one template."""

    turns: tuple[tuple[str, Template], ...]
    trained: frozenset[str]
    required: tuple[str, ...]
    """Fields that are written whatever the others hold, in the order of their use."""

    used: tuple[str, ...] = ()
    """Every field that the turns may write."""

    asked: tuple[str, ...] = ()
    """Those of the turns that ask: neither what trains nor what the system says."""

    uses_examples: bool = False

    def render(self, fields: Mapping[str, Any], extra: Mapping[str, Any]) -> tuple[Turn, ...]:
        """The turns of one row; turns that come out empty are left out unless they train.

        Raises `Unusable` for a row without a field that the template uses.
        """
        missing = [name for name in self.required if fields.get(name) is None]
        if missing:
            raise _missing(missing, fields)
        found = (Turn(role, _render(text, fields, extra), role in self.trained) for role, text in self.turns)
        return tuple(turn for turn in found if turn.text or turn.trains)


def compiled(turns: Sequence[tuple[str, str]], trained: frozenset[str]) -> TurnTemplate:
    """The turns, ready to render. Raises `Unusable` where one is not valid Jinja."""
    from jinja2 import TemplateSyntaxError, meta

    trees: list[nodes.Template] = []
    templates: list[tuple[str, Template]] = []
    names: set[str] = set()
    asked: set[str] = set()
    for role, text in turns:
        try:
            trees.append(environment().parse(text))
            templates.append((role, environment().from_string(text)))
            here = meta.find_undeclared_variables(trees[-1]) - environment().globals.keys()
            names |= here
            asked |= here if role != "system" and role not in trained else set()
        except TemplateSyntaxError as error:
            message = f"the `{role}` turn is not valid Jinja: {error.message} on line {error.lineno}"
            raise Unusable(codes.BAD_TEMPLATE, message, "see https://jinja.palletsprojects.com/templates/") from error
    return TurnTemplate(
        turns=tuple(templates),
        trained=trained,
        required=tuple(dict.fromkeys(n for tree in trees for n in _required(tree) if n in names and n not in PROVIDED)),
        used=tuple(sorted(names - PROVIDED)),
        asked=tuple(sorted(asked - PROVIDED)),
        uses_examples="examples" in names,
    )


def expression(text: str) -> Callable[[Mapping[str, Any]], bool]:
    """A Jinja expression over a row's fields, as a test. Raises `Unusable` where it is not valid."""
    from jinja2 import TemplateError

    try:
        test = environment().compile_expression(text, undefined_to_none=False)
    except TemplateError as error:
        raise Unusable(codes.BAD_KEEP, f"`keep` is not a Jinja expression: {error}", "compare fields") from error

    def holds(fields: Mapping[str, Any]) -> bool:
        try:
            return bool(test(**{**fields, "row": fields}))
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            message = f"cannot be tested by `keep`: {error}"
            raise Unusable(codes.BAD_KEEP, message, _guard(str(error)), _has(fields)) from error

    return holds


def _guard(error: str) -> str:
    """What to do about an expression that a row cannot be put into."""
    name = error.partition("' is undefined")[0].removeprefix("'")
    if name != error and name in environment().filters:
        return f"`{name}` is a filter: write `field | {name}`"
    return "guard it: `x is defined and …`"


@cache
def environment() -> Environment:
    """The sandbox of spec templates."""
    from jinja2 import StrictUndefined

    from ftspec.model.chat import sandbox

    found = sandbox(keep_trailing_newline=True, undefined=StrictUndefined, finalize=_written)
    for name in ("lipsum", "cycler", "joiner"):
        del found.globals[name]
    del found.filters["random"]
    found.filters["tojson"] = _to_json
    return found


_BYTES = "bytes are no text"


def _to_json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, default=_as_text)


def _as_text(value: Any) -> str:
    """A date or a decimal inside a JSON value, as the template writes it elsewhere."""
    if isinstance(value, bytes):
        raise TypeError(_BYTES)
    return str(value)


def _written(value: Any) -> Any:
    match value:
        case None:
            raise _Null
        case bool():
            return "true" if value else "false"
        case dict() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, default=_as_text)
        case bytes():
            raise TypeError(_BYTES)
        case _:
            return value


def _render(template: Template, fields: Mapping[str, Any], extra: Mapping[str, Any]) -> str:
    from jinja2 import TemplateError, UndefinedError

    try:
        return template.render({**extra, "row": fields, **fields})
    except _Null as error:
        raise Unusable(codes.MISSING_FIELD, "has null where the template writes a value", _MEND) from error
    except UndefinedError as error:
        help = _asked_first(str(error), fields)
        raise Unusable(codes.MISSING_FIELD, f"cannot be rendered: {error}", help, _has(fields)) from error
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise Unusable(codes.BAD_TEMPLATE, f"cannot be rendered: {error}", "check the template with it") from error


_MEND = "fill it in, write the template so that it can do without, or drop such rows: `clean { drop_missing = true }`"


def _asked_first(error: str, fields: Mapping[str, Any]) -> str:
    """What to do about a name that a row does not have, where the template asks for it in a condition."""
    name = error.partition("' is undefined")[0].removeprefix("'")
    if name == error or name in fields:
        return _MEND
    return f"ask first whether it is there, `{{% if {name} is defined and {name} %}}`, or fill it in"


def _missing(missing: Sequence[str], fields: Mapping[str, Any]) -> Unusable:
    names = ", ".join(f"`{name}`" for name in missing)
    null = all(name in fields for name in missing)
    what = f"has null in {names}" if null else f"has no field{'s' * (len(missing) > 1)} {names}"
    alike = {_plain(name): name for name in fields}
    called = [f"`{alike[_plain(name)]}`" for name in missing if name not in fields and _plain(name) in alike]
    near = next((each for name in missing if name not in fields and (each := similar(name, list(fields)))), None)
    help = f"write `{{{{ {near} }}}}`" if near else _MEND
    help = f"the rows write {', '.join(called)}: write it alike in both" if called else help
    return Unusable(codes.MISSING_FIELD, f"{what}, which the template uses", help, _has(fields))


def _plain(name: str) -> str:
    """A field's name without what is easily overlooked: capitals, spaces, underscores."""
    return "".join(char for char in str(name).casefold() if char.isalnum())


def _has(fields: Mapping[str, Any]) -> str:
    return "it has " + (", ".join(f"`{name}`" for name in fields) or "no fields")


def _required(node: nodes.Node, guarded: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names under `node` that no `if` around them and no `default` beside them asks about first."""
    from jinja2 import nodes

    match node:
        case nodes.Name():
            if node.ctx == "load" and node.name not in guarded:
                yield node.name
            return
        case nodes.If() | nodes.CondExpr():
            guarded = guarded | {name.name for name in node.test.find_all(nodes.Name)} | _own(node.test)
        case nodes.Filter() if node.name in ("default", "d"):
            guarded = guarded | _own(node.node)
        case nodes.Test() if node.name in ("defined", "undefined", "none"):
            return
    for child in node.iter_child_nodes():
        yield from _required(child, guarded)


def _own(node: nodes.Node | None) -> frozenset[str]:
    from jinja2 import nodes

    return frozenset({node.name}) if isinstance(node, nodes.Name) else frozenset()
