"""Reads a spec's file and the files it imports, each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ftspec.compile.codes import BAD_IMPORT, CYCLE, DUPLICATE_LABEL
from ftspec.compile.program.paths import inside
from ftspec.compile.program.sections import Scope, Section, blocks_of, section_of
from ftspec.syntax import parse
from ftspec.syntax.tree import Expression, File, Import, Let, Name
from ftspec.text.diagnostic import Diagnostic, Label, Place
from ftspec.text.files import read_source
from ftspec.text.source import Source

SINGLE = ("goal", "search", "budget", "hardware", "gates", "output")
"""Blocks without a label, at most one of each in a file."""


@dataclass(frozen=True)
class Unit:
    """One file with its scope and its own blocks, those of imported files left where they are."""

    scope: Scope
    sections: tuple[Section, ...]
    imported: tuple[Unit, ...] = ()

    def all(self) -> Iterator[Unit]:
        """This file and every file under it."""
        yield self
        for each in self.imported:
            yield from each.all()


@dataclass
class Reader:
    """Collects mistakes while files are read."""

    found: list[Diagnostic] = field(default_factory=list)

    def unit(self, source: Source, folder: Path, prefix: str = "", above: tuple[Path, ...] = ()) -> Unit:
        """A parsed file with everything it imports."""
        parsed = parse(source)
        self.found.extend(parsed.diagnostics)
        imports = {
            each.name.text: unit
            for each in parsed.file.statements
            if isinstance(each, Import) and (unit := self._import(each, source, folder, prefix, above)) is not None
        }
        scope = Scope(
            source=source,
            folder=folder,
            prefix=prefix,
            lets=self._lets(parsed.file),
            labels=frozenset(b.label.text for b in blocks_of(parsed.file) if isinstance(b.label, Name)),
            imports={name: unit.scope for name, unit in imports.items()},
        )
        sections = tuple(section_of(block, scope, self.found) for block in blocks_of(parsed.file))
        self._check_labels(sections)
        return Unit(scope, sections, tuple(imports.values()))

    def _import(self, node: Import, source: Source, folder: Path, prefix: str, above: tuple[Path, ...]) -> Unit | None:
        place = Place(source, node.path.span)
        path = inside(node.path.value, folder, place)
        if isinstance(path, Diagnostic):
            self.found.append(path)
            return None
        if path.resolve() in above:
            self.found.append(
                Diagnostic(CYCLE, f"`{node.path.value}` imports this file in turn", place, "break the circle")
            )
            return None
        imported = read_source(path)
        if isinstance(imported, Diagnostic):
            self.found.append(Diagnostic(BAD_IMPORT, imported.message, place, imported.help))
            return None
        return self.unit(imported, path.parent, f"{prefix}{node.name.text}.", (*above, path.resolve()))

    def _lets(self, file: File) -> dict[str, Expression]:
        lets: dict[str, Let] = {}
        for each in file.statements:
            if isinstance(each, Let) and each.name.text in lets:
                first = Place(file.source, lets[each.name.text].name.span)
                self.found.append(_twice(each.name.text, Place(file.source, each.name.span), first))
            elif isinstance(each, Let):
                lets[each.name.text] = each
        return {name: each.value for name, each in lets.items()}

    def _check_labels(self, sections: tuple[Section, ...]) -> None:
        """All labels of a file share one namespace; single blocks stand at most once."""
        seen: dict[str, Section] = {}
        for section in sections:
            key = section.label or section.kind
            if section.label is None and section.kind not in SINGLE:
                continue
            if key in seen:
                self.found.append(_twice(key, section.place, seen[key].place))
            seen.setdefault(key, section)


def _twice(name: str, place: Place, first: Place) -> Diagnostic:
    return Diagnostic(
        DUPLICATE_LABEL,
        f"`{name}` is defined twice",
        place,
        "rename or remove one",
        (Label(first, "first defined here"),),
    )
