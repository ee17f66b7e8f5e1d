"""FT332, FT341: the Jinja text of templates and of `keep` is sound."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import BAD_KEEP, BAD_TEMPLATE
from ftspec.spec.spec import Spec
from ftspec.syntax import cache
from ftspec.text.diagnostic import Code, Diagnostic

LOOKS_AT = ("template.turns", "data.clean.keep")

_LAYOUT = 332
"""Tells what is kept here from what others keep in the same folder."""

_LONGEST = 20_000
"""Characters that are read within a fraction of a second; a prompt of that length is a document of its own."""

_SHORTER = "keep what is long in the rows of the data, and name its field here"

_Texts = list[tuple[str, str, str]]
"""As (path in the spec, what it is, Jinja text)."""


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Templates and expressions that Jinja cannot read.

    Jinja is imported only for texts that were not found sound before: `check` must feel instant.
    """
    texts = [*_turns(spec), *_tests(spec)]
    known = "\0".join(f"{what}\0{text}" for _, what, text in texts)
    if not texts or cache.read(known, _LAYOUT) is not None:
        return
    found = list(_mistakes(texts))
    if not found:
        cache.write(known, _LAYOUT, {})
    for code, path, message, help in found:
        yield Diagnostic(code, message, spec.place(path), help)


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
        if len(text) > _LONGEST:
            yield (
                BAD_KEEP if is_test else BAD_TEMPLATE,
                path,
                f"{what} is longer than {_LONGEST:,} characters",
                _SHORTER,
            )
            continue
        try:
            if is_test:
                environment.compile_expression(text)
            else:
                environment.compile(text)
        except RecursionError:
            yield BAD_KEEP if is_test else BAD_TEMPLATE, path, f"{what} is nested too deep", _SHORTER
        except TemplateSyntaxError as error:
            where = f" on line {error.lineno}" if "\n" in text else ""
            reason = str(error.message).rstrip(".")
            if is_test:
                help = "compare fields: `keep = \"queue != 'spam' and body | length > 20\"`"
                yield BAD_KEEP, path, f"`keep` is not a Jinja expression: {reason}", help
            else:
                help = "see https://jinja.palletsprojects.com/templates/"
                yield BAD_TEMPLATE, path, f"{what} is not valid Jinja: {reason}{where}", help
