"""Where a finished model goes. One file a destination."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path

from ftspec.spec.kind import Kind


class Destination(Kind):
    """Where a finished model goes."""

    @abstractmethod
    def push(self, artefact: Path, message: str) -> str:
        """Send the folder and return the address it can be read at. Raises `CannotRun` when it is refused."""

    @property
    @abstractmethod
    def title(self) -> str:
        """For people: `org/name on the hub, private`."""
