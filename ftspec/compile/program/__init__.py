"""Names: files put together, parents merged, overlays applied. Nothing here knows what an attribute means."""

from ftspec.compile.program.assemble import assemble
from ftspec.compile.program.scope import Scope
from ftspec.compile.program.sections import Program, Section, Setting, Spoken

__all__ = ["Program", "Scope", "Section", "Setting", "Spoken", "assemble"]
