"""Attributes, blocks, rules and turns that a block does not have, and what they probably stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic.fields import FieldInfo

from ftspec.compile.codes import MISPLACED, UNKNOWN_ATTRIBUTE, UNKNOWN_BLOCK
from ftspec.compile.program.assemble import INNER
from ftspec.compile.program.sections import Section, Setting
from ftspec.compile.read.context import Context, Missing
from ftspec.compile.read.forms import CallForm, Choice, Form, LabelForm, block_model, forms_of, read_as
from ftspec.compile.read.quoted import meant_by as text_meant_by
from ftspec.spec import foreign
from ftspec.spec.types import Frozen
from ftspec.syntax.tree import Call, Expression, Reference, Text
from ftspec.syntax.unparse import expression_text
from ftspec.text.diagnostic import Edit, Fix
from ftspec.text.suggest import similar


def meant_by(section: Section, name: str, known: Iterable[str]) -> str | None:
    """The attribute that an unknown name stands for: another tool's name of it, or one that looks like it."""
    known = tuple(known)
    ours = foreign.attribute(section.kind, name)
    head = name.partition(".")[0]
    if ours in known or head in known:
        return ours if ours in known else head
    return similar(name, known)


def report_setting(
    context: Context,
    section: Section,
    setting: Setting,
    attributes: Mapping[str, FieldInfo],
    blocks: Mapping[str, type[Frozen]],
) -> None:
    """An attribute that the block does not have."""
    name = setting.name
    if section.kind == "template":  # a turn, most likely, so that what the turns make is not known
        context.unread.add("template.turns")
    if name in blocks:
        help = f"write `{name} {{ … }}`"
        context.report(MISPLACED, f"`{name}` is a block, not an attribute", setting.scope, setting.span, help)
        return
    help, nearest = _help(context, section, setting, attributes, blocks)
    fix = None
    if nearest is not None and nearest not in section.settings:
        is_same = foreign.attribute(section.kind, name) == nearest and _fits(context, setting, attributes[nearest])
        fix = Fix((Edit(setting.span, nearest),), safe=is_same)
    for attribute, field in attributes.items():
        if any(isinstance(form, CallForm) and name in form.keywords for form in forms_of(field)):
            context.unread.add(f"{section.kind}.{attribute}")
    message = f"`{section.kind}` has no attribute `{name}`"
    context.report(UNKNOWN_ATTRIBUTE, message, setting.scope, setting.span, help, fix)


def _help(
    context: Context,
    section: Section,
    setting: Setting,
    attributes: Mapping[str, FieldInfo],
    blocks: Mapping[str, type[Frozen]],
) -> tuple[str, str | None]:
    """What to write instead, and the name to put in its place where that alone mends it."""
    name, known = setting.name, (*attributes, *blocks)
    value = expression_text(setting.value)
    if name not in known and (said := foreign.remedy(section.kind, name, value)) is not None:
        return said, None
    ours = foreign.attribute(section.kind, name)
    if ours in blocks:
        return f"write `{ours} {{ … }}`", None
    if ours is not None and ours in attributes:
        return _renamed(context, setting, attributes[ours], ours)
    head, _, rest = name.partition(".")
    if rest and head in blocks:
        return f"write `{head} {{ {rest} = {value} }}`", None
    if rest and head in attributes:
        return f"write `{head} = {_call_with(attributes[head], [rest], f'{rest} = {value}')}`", None
    nearest = similar(name, known)
    if nearest:
        return f"a similar attribute exists: `{nearest}`", nearest if nearest in attributes else None
    return _elsewhere(section, name, value, attributes) or _listed(section.kind, known), None


def _listed(kind: str, known: Iterable[str]) -> str:
    names = ", ".join(f"`{each}`" for each in known)
    return f"it has {names}" if names else f"`{kind}` holds rules alone: `require … <= …`"


def _renamed(context: Context, setting: Setting, field: FieldInfo, ours: str) -> tuple[str, str | None]:
    """Our name for the attribute, with the value as it is written here where that differs too."""
    if _fits(context, setting, field):
        return f"ftspec calls it `{ours}`", ours
    value = setting.value
    meant = text_meant_by(context, forms_of(field), value, setting.scope) if isinstance(value, Text) else None
    if meant:
        return f"write `{ours} = {meant.text}`", None
    return f"ftspec calls it `{ours}`: write {_examples(forms_of(field), value, ours)}", None


def _examples(forms: Sequence[Form], value: Expression, ours: str) -> str:
    """What stands in an attribute of ours where the value written under another name cannot."""
    labels = [form for form in forms if isinstance(form, LabelForm)]
    if labels and isinstance(value, Text) and "model" in labels[0].kinds and "/" in value.value:
        return f'`model base {{ source = hub("{value.value}", revision = "…") }}`, and here `{ours} = base`'
    if labels and isinstance(value, Text):
        return f"`{ours} = …` with {labels[0].title}"
    word = value.text if isinstance(value, Reference) else value.name.text if isinstance(value, Call) else ""
    word = foreign.keyword(word)[0] or word
    if any(isinstance(form, CallForm) and word in form.keywords for form in forms):
        return f"`{ours} = {word}()`"
    given = [each for form in forms if isinstance(form, CallForm) for each in _calls(form)]
    given += [each for form in forms if isinstance(form, Choice) for each in form.options]
    return f"`{ours} = {given[0]}`" + (f" or `{given[1]}`" if len(given) == 2 else "") if given else _titles(forms)


def _calls(form: CallForm) -> list[str]:
    from ftspec.kinds import find

    kinds = [find(form.family, each) for each in form.keywords]
    return [kind.valid[0] for kind in kinds if kind is not None and kind.valid]


def _titles(forms: Sequence[Form]) -> str:
    return " or ".join(form.title for form in forms)


def _fits(context: Context, setting: Setting, field: FieldInfo) -> bool:
    """Whether the value can stand in this attribute of ours as it is."""
    trial = Context(context.program, context.root)
    return not isinstance(read_as(trial, forms_of(field), setting.value, setting.scope), Missing)


def _elsewhere(section: Section, name: str, value: str, attributes: Mapping[str, FieldInfo]) -> str | None:
    """Where an attribute of this name belongs."""
    from ftspec.compile.vocabulary import NESTED, homes_of
    from ftspec.kinds import keywords

    if section.kind == "gates" and name in keywords("metrics"):
        return f"write a rule: `require {name}(tickets.test) >= {value}`"
    homes = [each for each in homes_of(name) if each != section.kind]
    if section.kind != "gates" and name in keywords("metrics") and not homes:
        return f"write a rule in `gates`: `require {name}(tickets.test) >= {value}`"
    plain = name.removeprefix("min_").removeprefix("max_")
    if section.kind == "gates" and plain in keywords("metrics"):
        return f"write a rule: `require {plain}(tickets.test) {'<=' if name.startswith('max_') else '>='} {value}`"
    if homes and homes[0] in NESTED and INNER[homes[0]] != section.kind:
        return f"`{name}` belongs into the `{homes[0]}` block of a `{INNER[homes[0]]}`"
    if homes and homes[0] in NESTED:
        return f"write `{homes[0]} {{ {name} = {value} }}`"
    if homes:
        return f"`{name}` belongs into a {' or '.join(f'`{each}`' for each in homes[:2])} block"
    for attribute, field in attributes.items():
        if any(isinstance(form, CallForm) and name in form.keywords for form in forms_of(field)):
            return f"write `{attribute} = {name}()`"
    return _as_argument(section, name, value, attributes) or foreign.elsewhere(section.kind, name, value)


def _as_argument(section: Section, name: str, value: str, attributes: Mapping[str, FieldInfo]) -> str | None:
    """The call of this block that takes an argument of this name: `objective = dpo(beta = 0.1)`."""
    from ftspec.kinds import find

    calls = [
        (each, form) for each, field in attributes.items() for form in forms_of(field) if isinstance(form, CallForm)
    ]
    candidates = []
    for attribute, form in calls:
        given = section.settings.get(attribute)
        own = given.value.name.text if given and isinstance(given.value, Call) else None
        for keyword in sorted(form.keywords, key=lambda each: each != own):
            kind = find(form.family, keyword)
            plain = name.removeprefix(f"{keyword}_")  # `dpo_beta`
            ours = (foreign.argument(keyword, plain) or (plain, None))[0]
            if kind is not None and ours in kind.model_fields:
                candidates.append((keyword != own, f"{attribute} = {keyword}({ours} = {value})"))
    return f"it is an argument: write `{min(candidates, key=lambda each: each[0])[1]}`" if candidates else None


def _call_with(field: FieldInfo, names: list[str], arguments: str) -> str:
    """A call that takes these arguments: `lora(rank = 8)`."""
    from ftspec.kinds import find

    for form in forms_of(field):
        if not isinstance(form, CallForm):
            continue
        for keyword in form.keywords:
            kind = find(form.family, keyword)
            if kind is not None and set(names) <= set(kind.model_fields):
                return f"{keyword}({arguments})"
    return "…"


def report_block(context: Context, section: Section, nested: Section, fields: Mapping[str, FieldInfo]) -> str | None:
    """A nested block that the block does not have; gives the attribute it stands for."""
    from ftspec.compile.vocabulary import BLOCKS

    blocks = [name for name, field in fields.items() if block_model(field) is not None]
    if nested.kind in BLOCKS and (nested.label or nested.sentence or nested.kind not in fields):
        help = f"close `{section.title}` before it"
        message = f"a `{nested.kind}` block stands at the top of a file"
        context.report(MISPLACED, message, nested.scope, nested.span, help)
        return None
    if nested.kind in fields:
        if context.is_broken(nested.scope.source, nested.whole):  # the map it was written as is reported
            return nested.kind
        help = f"write `{nested.kind} = {_as_call(nested, fields[nested.kind])}`"
        context.report(MISPLACED, f"`{nested.kind}` is an attribute, not a block", nested.scope, nested.span, help)
        return nested.kind
    keyword = _keyword(nested, fields)
    nearest = foreign.words("inner").get(nested.kind)
    nearest = nearest if nearest in blocks else similar(nested.kind, blocks)
    if keyword is not None:
        help = f"write `{keyword[0]} = {nested.kind}({_arguments(nested)})`"
    elif nearest:
        help = f"a similar block exists: `{nearest}`"
    elif blocks:
        help = "it has " + ", ".join(f"`{each}`" for each in blocks)
    else:
        help = f"`{section.kind}` has attributes alone: write `name = value`"
    message = f"`{section.kind}` has no block `{nested.kind}`"
    context.report(UNKNOWN_BLOCK, message, nested.scope, nested.span, help)
    return keyword[0] if keyword else nearest


def _arguments(nested: Section) -> str:
    return ", ".join(f"{name} = {expression_text(each.value)}" for name, each in nested.settings.items())


def _as_call(nested: Section, field: FieldInfo) -> str:
    """`lora(rank = 16)` for `method lora { rank = 16 }` and for `method { rank = 16 }`."""
    arguments = _arguments(nested)
    if nested.label:
        return f"{nested.label}({arguments})"
    return _call_with(field, list(nested.settings), arguments)


def _keyword(nested: Section, fields: Mapping[str, FieldInfo]) -> tuple[str, CallForm] | None:
    """The attribute that takes the call a nested block is named after."""
    for name, field in fields.items():
        for form in forms_of(field) if block_model(field) is None else ():
            if isinstance(form, CallForm) and nested.kind in form.keywords:
                return name, form
    return None
