"""When training ends early. One file a condition."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from ftspec.spec.kind import Kind


class Stopping(Kind):
    """When training ends early. Validation is then measured at every checkpoint, and the best one is kept."""

    @abstractmethod
    def reached(self, losses: Sequence[float]) -> bool:
        """Whether training ends, given the validation losses so far, oldest first."""
