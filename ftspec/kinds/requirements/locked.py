"""`require locked`: the spec has a lock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ftspec.kinds.requirements import Breach, Requirement
from ftspec.spec.spec import Spec


class Locked(Requirement):
    """`SPEC.lock` lies beside the spec, so that `compile` and `run` refuse inputs nobody has seen."""

    valid: ClassVar[tuple[str, ...]] = ("locked()",)
    invalid: ClassVar[tuple[str, ...]] = ("locked(1)",)

    def breaches(self, spec: Spec) -> Iterator[Breach]:
        """A spec without a lock."""
        if not (spec.root / f"{spec.name}.ft.lock").is_file():
            yield Breach("goal", "this spec has no lock", f"write it: `ftspec lock {spec.name}.ft`")
