"""`require why`: the spec says why prompting or retrieval is not enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ftspec.kinds.requirements import Breach, Requirement
from ftspec.spec.spec import Spec


class Why(Requirement):
    """The goal says why a model has to be trained at all."""

    valid: ClassVar[tuple[str, ...]] = ("why()",)
    invalid: ClassVar[tuple[str, ...]] = ("why(1)",)

    def breaches(self, spec: Spec) -> Iterator[Breach]:
        """A goal without a reason, or no goal."""
        if spec.goal is None or not (spec.goal.why or "").strip():
            yield Breach("goal", "this spec does not say why a model is trained", 'add `why = "…"` to `goal`')
