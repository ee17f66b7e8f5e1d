"""`require private`: nothing is pushed where everyone can read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ftspec.kinds.requirements import Breach, Requirement
from ftspec.spec.spec import Spec


class Private(Requirement):
    """A model that is pushed goes to a private repository."""

    valid: ClassVar[tuple[str, ...]] = ("private()",)
    invalid: ClassVar[tuple[str, ...]] = ("private(true)",)

    def breaches(self, spec: Spec) -> Iterator[Breach]:
        """A push to a public repository."""
        push = spec.output.push
        if push is not None and not push.arguments().get("private"):
            yield Breach("output.push", "this model is pushed to a public repository", "add `private = true`")
