"""Requirements: what a policy may ask of a spec. One file each."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import NamedTuple

from ftspec.spec.kind import Kind
from ftspec.spec.spec import Spec


class Breach(NamedTuple):
    """One place at which a spec does not do what a policy asks."""

    path: str
    """Where in the spec: `model.base.source`; the nearest thing around it that is written there is shown."""

    message: str
    help: str


class Requirement(Kind):
    """What a policy may ask."""

    @abstractmethod
    def breaches(self, spec: Spec) -> Iterator[Breach]:
        """Every place at which the spec falls short; none where it does what is asked."""
