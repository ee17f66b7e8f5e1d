"""A user's mistake, as a value: code, place, reason, remedy."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from ftspec.text.frozen import frozen
from ftspec.text.source import Source, Span


class Severity(StrEnum):
    """How much a diagnostic matters: an error stops the command, a warning is shown."""

    ERROR = "error"
    WARNING = "warning"


@frozen
class Code:
    """A kind of mistake. Its identifier is never used for another one."""

    id: str
    name: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.id} {self.name}"


@frozen
class Edit:
    """Replace the text under `span` by `text`."""

    span: Span
    text: str


@frozen
class Fix:
    """Edits that mend a mistake. A safe fix keeps what the author meant; an unsafe one may not."""

    edits: tuple[Edit, ...]
    safe: bool


@frozen
class Place:
    """A span in a source."""

    source: Source
    span: Span


@frozen
class Label:
    """A second place that explains the first, with a few words."""

    place: Place
    message: str


@frozen
class Diagnostic:
    """One mistake. Messages are lowercase, without a final stop; `help` is the remedy."""

    code: Code
    message: str
    place: Place | None = None
    """None where no text is to blame: a missing file, a full disk."""

    help: str | None = None
    labels: tuple[Label, ...] = ()
    fix: Fix | None = None

    @property
    def is_error(self) -> bool:
        """Whether it stops the command."""
        return self.code.severity is Severity.ERROR

    @property
    def order(self) -> tuple[str, int, str]:
        """Where it stands among others: by file, then by place, then by code."""
        if self.place is None:
            return ("", -1, self.code.id)
        return (self.place.source.path, self.place.span.start, self.code.id)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Each diagnostic once, in the order of the files."""
    return sorted(dict.fromkeys(diagnostics), key=lambda each: each.order)
