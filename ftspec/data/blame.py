"""Which part of a `data` block an error in its rows is about."""

from __future__ import annotations

from ftspec.data import codes
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Code, Place

_BLAMED = {
    codes.BAD_TEMPLATE.id: "template",
    codes.BAD_KEEP.id: "clean.keep",
    codes.NEEDS_TOKENIZER.id: "clean",
    codes.NOT_INSTALLED.id: "clean.redact_names",
    codes.BAD_MIXTURE.id: "mixture",
}


def blamed(spec: Spec, name: str, code: Code) -> Place | None:
    """Where it stands: the rule or the text that a kind of error follows from, else the source."""
    return spec.place(f"data.{name}.{_BLAMED.get(code.id, 'source')}")
