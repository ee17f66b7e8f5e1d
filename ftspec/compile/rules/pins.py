"""FT405: a hub model or data set without a commit can change under the spec."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftspec.compile.codes import UNPINNED_REVISION
from ftspec.spec.kind import Kind
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("model.source", "data.source")

_COMMIT = re.compile(r"[0-9a-f]{40}")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Hub sources whose revision is not a full commit hash."""
    for name, model in spec.models.items():
        yield from _pinned(spec, f"model.{name}.source", model.source)
    for name, data in spec.data.items():
        if data.source is not None:
            yield from _pinned(spec, f"data.{name}.source", data.source)


def _pinned(spec: Spec, path: str, source: Kind) -> Iterator[Diagnostic]:
    if source.keyword() == "hub" and not _COMMIT.fullmatch(str(source.arguments().get("revision") or "")):
        help = 'add the commit: `revision = "40 hex digits"`; `ftspec lock` writes it down too'
        yield Diagnostic(UNPINNED_REVISION, "this revision can move under the spec", spec.place(path), help)
