"""The reference under `docs/`, made from the models, the codes and the commands themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from inspect import getdoc
from typing import Any

from ftspec.compile.read.units import TITLES, UNITS
from ftspec.compile.vocabulary import BLOCKS, NESTED
from ftspec.kinds import families, find, keywords
from ftspec.reference.commands import commands
from ftspec.reference.lookup import codes, page
from ftspec.reference.pages import block_page, kind_page
from ftspec.resources import resource
from ftspec.spec.kind import Kind

_NOTE = "<!-- Made by `make docs` from the models; change those. -->\n\n"
_SENTENCE_END = re.compile(r"(?<!\bal)\. ")
"""Not behind "et al."."""

_OWN_CHAPTERS = ("methods", "metrics", "objectives", "requirements")


def chapters() -> Mapping[str, str]:
    """Every file of the reference by its name."""
    made: dict[str, Callable[[], str]] = {
        "language.md": language,
        "objectives.md": lambda: family_chapter("objectives", "Objectives", "What a stage learns: `objective = …`."),
        "methods.md": methods,
        "metrics.md": metrics,
        "keywords.md": other_keywords,
        "commands.md": commands,
        "codes.md": code_list,
    }
    written = {name: _NOTE + text().rstrip() + "\n" for name, text in made.items()}
    return {"README.md": _index(), **written, "schema.json": _schema()}


def _index() -> str:
    return _NOTE + (
        "# Reference\n\n"
        "- [The language](language.md): form, units, names, every block with its attributes, the lock, policies\n"
        "- [Objectives](objectives.md), [methods](methods.md), [metrics](metrics.md), "
        "[all other keywords](keywords.md)\n"
        "- [Commands](commands.md) and their options\n"
        "- [Codes](codes.md): every diagnostic\n"
        "- [schema.json](schema.json): JSON Schema of a spec's JSON form (`ftspec schema SPEC` prints that form)\n"
    )


def _schema() -> str:
    from ftspec.reference.schema import spec_schema

    return json.dumps(spec_schema(), indent=2, ensure_ascii=False) + "\n"


def language() -> str:
    """The form of the language, and every block."""
    text = (resource("templates") / "reference" / "language.md").read_text("utf-8")
    blocks = "\n".join(_deeper(block_page(name, model), 2) for name, model in {**BLOCKS, **NESTED}.items())
    asked = "\n".join(_deeper(kind_page(kind), 2) for kind in _kinds("requirements"))
    return _filled(text, units=_units(), blocks=blocks, requirements=asked)


def _filled(text: str, **parts: str) -> str:
    for name, part in parts.items():
        mark = f"<!-- {name} -->"
        if mark not in text:
            raise ValueError(f"the chapter has no place for {name}")
        text = text.replace(mark, part.rstrip())
    return text


def _units() -> str:
    rows = ["| what | units |", "| --- | --- |"]
    for dimension, title in TITLES.items():
        units = [f"`{name}`" for name, unit in UNITS.items() if unit.dimension is dimension]
        rows.append(f"| {title} | {' '.join(units) or 'none'} |")
    return "\n".join((*rows, "", "Counts may be scaled: `2M tokens`, `500K steps`."))


def _kinds(family: str) -> Iterator[type[Kind]]:
    return (kind for each in keywords(family) if (kind := find(family, each)) is not None)


def _deeper(text: str, levels: int) -> str:
    """A page as a part of a chapter: its headings that much deeper."""
    return "\n".join(f"{'#' * levels}{line}" if line.startswith("#") else line for line in text.splitlines()) + "\n"


def family_chapter(family: str, title: str, about: str) -> str:
    """Every keyword of a family."""
    pages = "\n".join(_deeper(kind_page(kind), 1) for kind in _kinds(family))
    return f"# {title}\n\n{about}\n\n{pages}"


def methods() -> str:
    """Every method, after a table of what can be done with its result."""
    rows = ["| method | adapter | merges | on quantized weights | usual rate |", "| --- | --- | --- | --- | --- |"]
    for kind in _kinds("methods"):
        facts: Any = kind
        marks = [_yes(facts.has_adapter), _yes(facts.mergeable), _yes(facts.trains_quantized)]
        rows.append(f"| `{kind.keyword()}` | {' | '.join(marks)} | {facts.usual_learning_rate:g} |")
    return family_chapter("methods", "Methods", "What a stage trains: `method = …`.\n\n" + "\n".join(rows))


def metrics() -> str:
    """Every metric, after a table of which way is better."""
    rows = ["| metric | better | unit | what it is |", "| --- | --- | --- | --- |"]
    for kind in _kinds("metrics"):
        facts: Any = kind
        unit = "share" if facts.ratio else facts.unit or "number"
        rows.append(f"| `{kind.keyword()}` | {facts.direction} | {unit} | {_first_sentence(kind)} |")
    about = "What gates read: `require accuracy(tickets.test) >= 90%`.\n\n"
    return family_chapter("metrics", "Metrics", about + "\n".join(rows))


def _yes(fact: object) -> str:
    return "yes" if fact else "no"


def _first_sentence(kind: type[Kind]) -> str:
    text = " ".join((getdoc(kind) or "").split("\n\n")[0].split())
    return _sentence(text).removesuffix(".")


def other_keywords() -> str:
    """The keywords of all families without a chapter of their own."""
    parts = []
    for family in families():
        if family not in _OWN_CHAPTERS:
            pages = "\n".join(_deeper(kind_page(kind), 2) for kind in _kinds(family))
            parts.append(f"## {family.replace('_', ' ').capitalize()}\n\n{pages}")
    return "# All other keywords\n\n" + "\n".join(parts)


def code_list() -> str:
    """Every code with its name and what it is about."""
    lines = [
        "# Codes",
        "",
        "`ftspec explain FT201` shows a page with a wrong and a right example. FT1xx is syntax, FT2xx names and types,",
        "FT3xx meaning, FT4xx advice, FT5xx resources. A code is never used for anything else.",
        "",
        "| code | name | severity | what it says |",
        "| --- | --- | --- | --- |",
    ]
    return "\n".join((*lines, *(_code_row(code) for code in codes()))) + "\n"


def _code_row(code: str) -> str:
    title, _, text = page(code).partition("\n")
    name = title.rpartition(" ")[2]
    first = " ".join(text.partition("\nWrong:")[0].split())
    return f"| {code} | {name} | {severity(code)} | {_sentence(first)} |"


def _sentence(text: str) -> str:
    return (_SENTENCE_END.split(text, maxsplit=1)[0].rstrip(".:") + ".").replace("|", "\\|")


def severity(code: str) -> str:
    """`error` or `warning`, as the code itself says."""
    from ftspec.reference.all_codes import all_codes

    return str(all_codes()[code].severity)
