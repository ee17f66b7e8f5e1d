"""`require pinned`: hub models and data name a commit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ftspec.kinds.requirements import Breach, Requirement
from ftspec.spec.spec import Spec

_COMMIT = re.compile(r"[0-9a-f]{40}")


class Pinned(Requirement):
    """Every model and data set of a hub names a commit, so that nobody can change it under the spec."""

    valid: ClassVar[tuple[str, ...]] = ("pinned()",)
    invalid: ClassVar[tuple[str, ...]] = ("pinned(yes = true)",)

    def breaches(self, spec: Spec) -> Iterator[Breach]:
        """Hub sources without 40 hexadecimal digits."""
        sources = {f"model.{name}.source": each.source for name, each in spec.models.items()}
        sources |= {f"data.{name}.source": each.source for name, each in spec.data.items() if each.source is not None}
        for path, source in sources.items():
            arguments = source.arguments()
            if "repository" in arguments and not _COMMIT.fullmatch(str(arguments.get("revision") or "")):
                help = 'add the commit: `revision = "40 hex digits"`'
                yield Breach(path, f"`{arguments['repository']}` is not pinned to a commit", help)
