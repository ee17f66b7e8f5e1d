"""Reads a spec's file and the files it imports, each once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ftspec.compile.codes import BAD_IMPORT, CYCLE
from ftspec.compile.program.namespace import check_names, self_defined
from ftspec.compile.program.paths import inside
from ftspec.compile.program.scope import Scope
from ftspec.compile.program.sections import Section, blocks_of, section_of
from ftspec.compile.program.size import Size
from ftspec.compile.program.strays import check_top, has_lost_names
from ftspec.syntax import parse
from ftspec.syntax.parse import Parsed
from ftspec.syntax.tree import Attribute, Expression, File, Import, Let, Name
from ftspec.text.codes import MISSING_FILE, TOO_LARGE
from ftspec.text.diagnostic import Diagnostic, Place
from ftspec.text.files import neighbour, read_source
from ftspec.text.source import Source, Span


class Unit(NamedTuple):
    """One file with its scope and its own blocks, those of imported files left where they are."""

    scope: Scope
    parsed: Parsed
    sections: tuple[Section, ...]
    imported: tuple[Unit, ...] = ()

    def all(self) -> Iterator[Unit]:
        """Every file under this one, then the file itself."""
        for each in self.imported:
            yield from each.all()
        yield self


class Reader:
    """Collects mistakes while files are read."""

    def __init__(self, repository: Path) -> None:
        self.repository = repository
        self.found: list[Diagnostic] = []
        self._size = Size()

    def unit(self, source: Source, path: Path, prefix: str = "", above: tuple[Path, ...] = ()) -> Unit:
        """A parsed file, which lies at `path`, with everything it imports."""
        parsed = self._bounded(parse(source))
        self.found.extend(parsed.diagnostics)
        bare = Scope(source, path.parent, self.repository, prefix)
        above = (*above, path)
        nodes = [each for each in parsed.file.statements if isinstance(each, Import)]
        imports = {each.name.text: self._import(each, bare, above) for each in nodes}
        units = {name: unit for name, unit in imports.items() if unit is not None}
        blocks = blocks_of(parsed.file)
        scope = Scope(
            source=source,
            folder=path.parent,
            repository=self.repository,
            prefix=prefix,
            lets=self._lets(parsed.file),
            labels=frozenset(each.label.text for each in blocks if isinstance(each.label, Name)),
            imports={name: unit.scope for name, unit in units.items()},
            unreadable=has_lost_names(parsed) or len(units) < len(imports),
        )
        sections = tuple(section_of(block, scope, self.found) for block in blocks)
        self.found.extend(check_top(parsed, scope))
        self.found.extend(check_names(parsed.file, scope))
        self.found.extend(self_defined(parsed.file, scope))
        return Unit(scope, parsed, sections, tuple(units.values()))

    def _import(self, node: Import, scope: Scope, above: tuple[Path, ...]) -> Unit | None:
        place = scope.place(node.path.span)
        path = inside(node.path.value, scope, node.path.span)
        if isinstance(path, Diagnostic):
            self.found.append(path)
            return None
        real = Path(os.path.realpath(path))
        if real in above:
            itself = real == above[-1]
            message = f"`{node.path.value}` {'is this file itself' if itself else 'imports this file in turn'}"
            self.found.append(Diagnostic(CYCLE, message, place, "move what both need into a third file"))
            return None
        imported = read_source(path)
        if isinstance(imported, Diagnostic):
            near = imported.help if imported.code is not MISSING_FILE else neighbour(path)
            help = near or "correct the path: it is relative to the file that imports"
            self.found.append(Diagnostic(BAD_IMPORT, imported.message, place, help))
            return None
        return self.unit(imported, real, f"{scope.prefix}{node.name.text}.", above)

    def _bounded(self, parsed: Parsed) -> Parsed:
        """The file, or an empty one with the reason where all files together are more than a spec can be."""
        self._size = self._size.with_file(parsed.file)
        problem = self._size.problem
        if problem is None:
            return parsed
        place = Place(parsed.file.source, Span(0, 0))
        refused = Diagnostic(TOO_LARGE, problem, place, "write fewer of them; rows and lists of words are data files")
        return Parsed(replace(parsed.file, statements=()), (refused,))

    def _lets(self, file: File) -> dict[str, Expression]:
        lets: dict[str, Expression] = {}
        for each in file.statements:
            if isinstance(each, Let):
                lets.setdefault(each.name.text, each.value)
            elif isinstance(each, Attribute) and len(each.path) == 1:  # a constant without `let`, which is reported
                lets.setdefault(each.name, each.value)
        return lets
