"""What a string probably means where no string can stand: `"2e-4"`, `"lora"`, `"org/name"`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from ftspec.compile.program.scope import Scope
from ftspec.compile.program.snippet import expression_in
from ftspec.compile.read.context import Context, Missing
from ftspec.compile.read.forms import CallForm, Choice, Form
from ftspec.kinds import find
from ftspec.spec import foreign
from ftspec.syntax.tree import Text

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")


class Meant(NamedTuple):
    """What to write instead."""

    text: str
    same: bool
    """Whether it is the string's own content without the quotes."""


def meant_by(context: Context, forms: Sequence[Form], node: Text, scope: Scope) -> Meant | None:
    """What to write for a string that cannot stand where it does, or None where nobody can tell."""
    return _content(context, forms, node, scope) or _word(forms, node) or call_for(forms, node.value.strip())


def _content(context: Context, forms: Sequence[Form], node: Text, scope: Scope) -> Meant | None:
    """The content itself, where it can be read as what is due."""
    inside = expression_in(node.value.strip()) if node.value.strip() else None
    if inside is None or isinstance(inside, Text):
        return None
    for form in forms:
        trial = Context(context.program, context.root)
        if form.takes(inside) and not isinstance(form.read(trial, inside, scope), Missing):
            return Meant(node.value.strip(), same=True)
    return None


def _word(forms: Sequence[Form], node: Text) -> Meant | None:
    """A word of ours or of another tool, written as a string: `"all-linear"`, `"True"`, `"lora"`."""
    plain = node.value.strip().lower().replace("-", "_")
    options = [each for form in forms if isinstance(form, Choice) for each in form.options]
    for word in (plain, foreign.words("values").get(plain)):
        if word in options:
            return Meant(str(word), same=False)
    for form in forms:
        for word in (plain, foreign.keyword(plain)[0]):
            if isinstance(form, CallForm) and word in form.keywords:
                return Meant(form.written(str(word)), same=False)
    return None


def call_for(forms: Sequence[Form], text: str) -> Meant | None:
    """The call that takes such a string: a file by its ending, a repository by its slash."""
    families = [form.family for form in forms if isinstance(form, CallForm)]
    quoted = f'"{text}"'
    if "sources" in families:
        keyword = _by_ending(text)
        return Meant(f"{keyword}({quoted})", same=False) if keyword else None
    if "model_sources" in families and text:
        is_hub = _REPOSITORY.fullmatch(text) and not text.startswith(("./", "../", "models/"))
        return Meant(f'hub({quoted}, revision = "…")' if is_hub else f"path({quoted})", same=False)
    if "destinations" in families and _REPOSITORY.fullmatch(text):
        return Meant(f"hub({quoted})", same=False)
    return None


def _by_ending(path: str) -> str | None:
    """The source whose files have this ending."""
    from ftspec.kinds import keywords

    suffixes = PurePosixPath(path).suffixes
    for keyword in keywords("sources"):
        kind = find("sources", keyword)
        if set(getattr(kind, "suffixes", ())) & set(suffixes):
            return keyword
    return None
