"""Blocks become models: known attributes read by their types, nested blocks in turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic.fields import FieldInfo

from ftspec.compile.codes import MISPLACED, MISSING_ATTRIBUTE, UNKNOWN_ATTRIBUTE, UNKNOWN_BLOCK
from ftspec.compile.program.sections import Section, Setting
from ftspec.compile.read.build import build
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.forms import forms_of, is_block, read_as
from ftspec.spec.foreign import ATTRIBUTES, WRITTEN
from ftspec.spec.types import Frozen
from ftspec.text.diagnostic import Edit, Fix
from ftspec.text.suggest import similar

M = TypeVar("M", bound=Frozen)


def read_block(
    context: Context,
    section: Section,
    model: type[M],
    given: Mapping[str, Any] | None = None,
    hidden: Iterable[str] = (),
) -> M | Missing:
    """The model of a block. `given` are fields that are not attributes (turns, rules); `hidden` cannot be written."""
    fields = {
        field.alias or name: field
        for name, field in model.model_fields.items()
        if name not in (given or {}) and name not in hidden
    }
    blocks = {name: nested for name, field in fields.items() if (nested := is_block(field)) is not None}
    attributes = {name: field for name, field in fields.items() if name not in blocks}
    values = dict(given or {})
    complete = _read_settings(context, section, attributes, blocks, values)
    complete = _read_nested(context, section, attributes, blocks, values) and complete
    complete = _all_there(context, section, attributes, values) and complete
    if not complete or any(isinstance(each, Missing) for each in values.values()):
        return MISSING
    places = {name: setting.value_place for name, setting in section.settings.items()}
    return build(context, model, values, places, section.place)


def _read_settings(
    context: Context,
    section: Section,
    attributes: Mapping[str, FieldInfo],
    blocks: Mapping[str, type[Frozen]],
    values: dict[str, Any],
) -> bool:
    complete = True
    for name, setting in section.settings.items():
        if name in attributes:
            values[name] = read_as(context, forms_of(attributes[name]), setting.value, setting.scope)
            continue
        complete = False
        if name in blocks:
            help = f"write `{name} {{ … }}`"
            context.report(MISPLACED, f"`{name}` is a block, not an attribute", setting.scope, setting.span, help)
        else:
            report_unknown(context, section, setting, (*attributes, *blocks))
    return complete


def _ours(section: Section, name: str, known: Iterable[str]) -> str | None:
    """The attribute that an unknown name stands for, so that it is not reported as missing too."""
    known = tuple(known)
    ours = ATTRIBUTES.get(section.kind, {}).get(name)
    return ours if ours in known else similar(name, known)


def report_unknown(context: Context, section: Section, setting: Setting, known: Iterable[str]) -> None:
    """An attribute that the block does not have: ours for another tool's name, or one that looks like it."""
    known = tuple(known)
    name = setting.name
    nearest = _ours(section, name, known)
    ours = ATTRIBUTES.get(section.kind, {}).get(name)
    home = None if nearest else _other_home(name, section.kind)
    fix = Fix((Edit(setting.span, nearest),), safe=False) if nearest and name not in WRITTEN else None
    if nearest and ours == nearest and name in WRITTEN:
        help = f"ftspec says `{WRITTEN[name]}`"
    elif nearest and ours == nearest:
        help = f"ftspec calls it `{nearest}`"
    elif nearest:
        help = f"a similar attribute exists: `{nearest}`"
    elif home:
        help = f"`{name}` belongs into a `{home}` block"
    else:
        help = "it has " + ", ".join(f"`{each}`" for each in known)
    message = f"`{section.kind}` has no attribute `{name}`"
    context.report(UNKNOWN_ATTRIBUTE, message, setting.scope, setting.span, help, fix)


def _other_home(name: str, kind: str) -> str | None:
    from ftspec.compile.read.spec import MODELS

    homes = [each for each, model in MODELS.items() if each != kind and name in model.model_fields]
    return homes[0] if homes else None


def _read_nested(
    context: Context,
    section: Section,
    attributes: Mapping[str, FieldInfo],
    blocks: Mapping[str, type[Frozen]],
    values: dict[str, Any],
) -> bool:
    from ftspec.compile.read.special import SPECIAL

    complete = True
    for nested in section.sections:
        if nested.kind in blocks:
            reader = SPECIAL.get(nested.kind, read_block)
            values[nested.kind] = reader(context, nested, blocks[nested.kind])
        elif nested.kind in attributes:
            complete = False
            message = f"`{nested.kind}` is an attribute, not a block"
            context.report(MISPLACED, message, nested.scope, nested.span, f"write `{nested.kind} = …`")
        else:
            complete = False
            nearest = similar(nested.kind, blocks)
            help = f"a similar block exists: `{nearest}`" if nearest else _blocks_of(section.kind, blocks)
            message = f"`{section.kind}` has no block `{nested.kind}`"
            context.report(UNKNOWN_BLOCK, message, nested.scope, nested.span, help)
    return _no_strays(context, section) and complete


def _blocks_of(kind: str, blocks: Mapping[str, type[Frozen]]) -> str:
    listed = ", ".join(f"`{each}`" for each in blocks)
    return f"it has {listed}" if blocks else f"`{kind}` has attributes alone: close its brace before the next block"


def _no_strays(context: Context, section: Section) -> bool:
    """Rules stand in `gates` and `budget`, turns in `template`."""
    strays: list[tuple[str, Any]] = []
    if section.kind not in ("gates", "budget"):
        strays += [("a rule stands in `gates` or `budget`", each) for each in section.rules]
    if section.kind != "template":
        strays += [("a turn stands in a `template`", each) for each in section.turns]
    for message, node in strays:
        context.report(MISPLACED, message, section.scope, node.span, "move it there")
    return not strays


def _all_there(
    context: Context, section: Section, attributes: Mapping[str, FieldInfo], values: Mapping[str, Any]
) -> bool:
    meant = {_ours(section, name, attributes) for name in section.settings if name not in attributes}
    missing = [
        name for name, field in attributes.items() if field.is_required() and name not in values and name not in meant
    ]
    for name in missing:
        due = " or ".join(form.title for form in forms_of(attributes[name]))
        message = f"`{section.title}` needs `{name}`"
        context.report(MISSING_ATTRIBUTE, message, section.scope, section.span, f"add `{name} = …` with {due}")
    return not missing
