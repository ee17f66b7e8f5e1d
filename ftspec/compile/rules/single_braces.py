"""FT415: a turn with `{field}` in single braces, which Jinja leaves as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftspec.compile.codes import SINGLE_BRACES
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("template.turns",)

_FIELD = re.compile(r"(?<![{%$#])\$?\{ ?([A-Za-z_]\w*) ?\}(?!\})")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """A turn in which a lone name stands between single braces, as in Python's format strings."""
    for name, template in spec.templates.items():
        for number, turn in enumerate(template.turns):
            if (found := _FIELD.search(turn.text)) is not None:
                message = f"`{found[0]}` in the `{turn.role}` turn stays as it is: no field takes its place"
                help = f"write `{{{{ {found[1]} }}}}`"
                yield Diagnostic(SINGLE_BRACES, message, spec.place(f"template.{name}.turns.{number}"), help)
