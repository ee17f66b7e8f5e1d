"""Scores that are kept: in this run's items folder, and in those of earlier runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ftspec.evaluate import items
from ftspec.evaluate.asked import Asked
from ftspec.evaluate.items import Entry, Taken
from ftspec.evaluate.results import Scores


@dataclass
class Shelf:
    """The items folder of a run. Entries are found by digest, whatever they are called."""

    folder: Path
    earlier: tuple[Path, ...] = ()
    """Items folders to take equal measurements over from."""

    entries: dict[str, Entry] = field(default_factory=dict)
    observed: dict[str, Taken] = field(default_factory=dict)
    """What was observed, by digest."""

    @classmethod
    def at(cls, folder: Path, earlier: tuple[Path, ...]) -> Shelf:
        """The shelf of a folder, which is made when it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder, earlier, items.read_index(folder))

    def scores(self, asked: Asked) -> Scores | None:
        """Kept scores of this very measurement, from here or from an earlier run."""
        for folder, entry in self._all():
            # Why a value is missing may lie in this machine: it is looked for again.
            if entry.digest != asked.digest or entry.reason is not None:
                continue
            if (lines := items.read(folder, entry)) is not None:
                self.observed[asked.observation] = items.taken_of(asked.metric.need, lines)
                return items.scores_of(asked.measurement, entry, lines)
        return None

    def taken(self, asked: Asked) -> Taken | None:
        """Kept observations that this measurement needs, whichever metric they were made for."""
        if asked.observation in self.observed:
            return self.observed[asked.observation]
        for folder, entry in self._all():
            if entry.observation == asked.observation and entry.n and (lines := items.read(folder, entry)) is not None:
                self.observed[asked.observation] = items.taken_of(asked.metric.need, lines)
                return self.observed[asked.observation]
        return None

    def keep(self, asked: Asked, scores: Scores) -> None:
        """Write scores down, unless this folder has them under their name."""
        known = self.entries.get(asked.id)
        if known is not None and known.digest == asked.digest and items.read(self.folder, known) is not None:
            return
        taken = self.observed[asked.observation]
        self.entries[asked.id] = items.write(self.folder, scores, taken, asked.digest, asked.observation)
        items.write_index(self.folder, self.entries)

    def _all(self) -> Iterator[tuple[Path, Entry]]:
        yield from ((self.folder, entry) for entry in self.entries.values())
        for folder in self.earlier:
            yield from ((folder, entry) for entry in items.read_index(folder).values())
