"""FT332, FT341: the Jinja text of templates and of `keep` is sound."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ftspec.compile.codes import BAD_KEEP, BAD_TEMPLATE
from ftspec.spec.spec import Spec
from ftspec.syntax import cache
from ftspec.text.diagnostic import Code, Diagnostic
from ftspec.text.suggest import similar

if TYPE_CHECKING:
    from jinja2 import Environment

LOOKS_AT = ("template.turns", "data.clean.keep")

_LAYOUT = 332
"""Tells what is kept here from what others keep in the same folder."""

_LONGEST = 20_000
"""Characters that are read within a fraction of a second; a prompt of that length is a document of its own."""

_SHORTER = "keep what is long in the rows of the data, and name its field here"

_KEEP = "compare fields: `keep = \"queue != 'spam' and body | length > 20\"`"

_ANY_FIELD = re.compile(r"\{\{ ?([A-Za-z][A-Za-z0-9_]*) ?\}\}")
_WORDS = frozenset({"true", "false", "none", "and", "or", "not", "in", "is", "if", "else", "True", "False", "None"})
"""Jinja's own words, which are no fields."""

_REMEDIES = (
    (
        r"unexpected '\}'|unexpected 'end of template'|end of print statement",
        "close the field: `{{{{ {0} }}}}`",
    ),
    (r"Unexpected end of template", "close the block: `{{% if … %}}` ends with `{{% endif %}}`, `for` with `endfor`"),
    (r"unknown tag 'end", "open the block before it ends: `{{% if subject %}}`"),
    (r"unknown tag '([^']*)'", "write a field as `{{{{ subject }}}}`; the blocks are `if`, `for` and `set`"),
    (r"Missing end of comment tag", "close the comment with `#}}`"),
)
"""Jinja's words, and what to do then; `{0}` is the first name after the last `{{`."""

_Texts = list[tuple[str, str, str]]
"""As (path in the spec, what it is, Jinja text)."""


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Templates and expressions that Jinja cannot read.

    Jinja is imported only for texts that say more than fields and were not found sound before: `check` must feel
    instant.
    """
    texts = [each for each in (*_turns(spec), *_tests(spec)) if not _is_plain(each[2])]
    known = "\0".join(f"{what}\0{text}" for _, what, text in texts)
    if not texts or cache.read(known, _LAYOUT) is not None:
        return
    found = list(_mistakes(texts))
    if not found:
        cache.write(known, _LAYOUT, {})
    for code, path, message, help in found:
        yield Diagnostic(code, message, spec.place(path), help)


def _is_plain(text: str) -> bool:
    """Whether a turn is words and fields alone, which Jinja surely reads: `Subject: {{ subject }}`."""
    if len(text) > _LONGEST or _WORDS.intersection(_ANY_FIELD.findall(text)):
        return False
    rest = _ANY_FIELD.sub("", text)
    return "{" not in rest and "}" not in rest and "{{" in text


def _turns(spec: Spec) -> _Texts:
    return [
        (f"template.{name}.turns.{number}", f"the `{turn.role}` turn", turn.text)
        for name, template in spec.templates.items()
        for number, turn in enumerate(template.turns)
    ]


def _tests(spec: Spec) -> _Texts:
    tests = ((name, data.clean.keep) for name, data in spec.data.items())
    return [(f"data.{name}.clean.keep", "`keep`", test) for name, test in tests if test is not None]


def _mistakes(texts: _Texts) -> Iterator[tuple[Code, str, str, str]]:
    from jinja2 import Environment, TemplateSyntaxError

    environment = Environment()
    for path, what, text in texts:
        is_test = what == "`keep`"
        code = BAD_KEEP if is_test else BAD_TEMPLATE
        if len(text) > _LONGEST:
            yield code, path, f"{what} is longer than {_LONGEST:,} characters", _SHORTER
            continue
        try:
            if is_test:
                environment.compile_expression(text)
            else:
                environment.compile(text)
        except RecursionError:
            yield code, path, f"{what} is nested too deep", _SHORTER
        except TemplateSyntaxError as error:
            reason = str(error.message).rstrip(".")
            where = f" on line {error.lineno}" if "\n" in text else ""
            what_it_is_not = "not a Jinja expression" if is_test else "not valid Jinja"
            help = _remedy(environment, reason, text) or (_KEEP if is_test else "write fields as `{{ subject }}`")
            yield code, path, f"{what} is {what_it_is_not}: {reason[:1].lower()}{reason[1:]}{where}", help


def _remedy(environment: Environment, reason: str, text: str) -> str | None:
    """What to do about what Jinja says."""
    named = re.match(r"No (filter|test) named '(\w+)'", reason)
    if named:
        known = environment.filters if named[1] == "filter" else environment.tests
        nearest = similar(named[2], known)
        usual = "`lower`, `upper`, `trim`, `length`, `join`, `replace`" if named[1] == "filter" else "`defined`, `none`"
        return f"write `{nearest}`" if nearest else f"the {named[1]}s are Jinja's own, such as {usual}"
    opened = re.search(r"\{\{\s*([A-Za-z_]\w*)(?!.*\{\{)", text, re.S)
    for pattern, help in _REMEDIES:
        if re.search(pattern, reason) and (opened or "{0}" not in help):
            return help.format(opened[1] if opened else "")
    return None
