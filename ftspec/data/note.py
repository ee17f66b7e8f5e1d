"""A diagnostic that can be kept in a cache."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftspec.data import codes
from ftspec.text.diagnostic import Code, Diagnostic

if TYPE_CHECKING:
    from ftspec.spec.spec import Spec


@dataclass(frozen=True, slots=True)
class Note:
    """A diagnostic by the path in the spec that it is about, so that it can be kept in a cache."""

    code: Code
    message: str
    help: str
    path: str

    def diagnostic(self, spec: Spec) -> Diagnostic:
        """The diagnostic at the path's place in a spec."""
        return Diagnostic(self.code, self.message, spec.place(self.path), self.help)


def to_record(note: Note) -> dict[str, Any]:
    """A note as JSON."""
    return {"code": note.code.id, "message": note.message, "help": note.help, "path": note.path}


def from_record(record: dict[str, Any]) -> Note:
    """The note that `to_record` wrote."""
    code = next(code for code in vars(codes).values() if isinstance(code, Code) and code.id == record["code"])
    return Note(code, record["message"], record["help"], record["path"])
