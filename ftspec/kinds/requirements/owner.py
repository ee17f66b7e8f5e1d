"""`require owner`: someone answers for the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ftspec.kinds.requirements import Breach, Requirement
from ftspec.spec.spec import Spec


class Owner(Requirement):
    """The goal names who answers for the model."""

    valid: ClassVar[tuple[str, ...]] = ("owner()",)
    invalid: ClassVar[tuple[str, ...]] = ('owner("me")',)

    def breaches(self, spec: Spec) -> Iterator[Breach]:
        """A goal without an owner, or no goal."""
        if spec.goal is None or not (spec.goal.owner or "").strip():
            yield Breach("goal", "nobody answers for this model", 'add `owner = "team"` to `goal`')
