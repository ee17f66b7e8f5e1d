"""One data set of a spec while it is surveyed: known by its key first, built only when the cache has no answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ftspec.data import cache as kept
from ftspec.data.blame import blamed
from ftspec.data.faults import diagnostics
from ftspec.data.local import LocalModel
from ftspec.data.note import Note, from_record, to_record
from ftspec.data.pairs import Pair
from ftspec.data.recipe import Recipe
from ftspec.plan.facts import DataFacts, FileFacts, TokenFacts
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Code, Diagnostic, Place

if TYPE_CHECKING:
    from ftspec.data.prepared import Prepared
    from ftspec.data.tokens import Measured


class Stopped(Exception):
    """Raised when rows have errors: there are no facts then."""

    def __init__(self, problems: list[Diagnostic]) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True, eq=False)
class DataSet:
    """One data set."""

    spec: Spec
    name: str
    recipe: Recipe
    files: tuple[FileFacts, ...]
    counter: LocalModel | None
    """The model whose tokens cleaning and mixtures count, where they count any."""

    others: Mapping[str, DataSet]
    """The data sets above it, for mixtures."""

    cache: bool

    def _place(self, code: Code) -> Place | None:
        return blamed(self.spec, self.name, code)

    @cached_property
    def key(self) -> str:
        """Covers every byte and every rule that decides about the rows."""
        content = self.recipe.pinned or [each.model_dump() for each in self.files]
        parts = self.recipe.mixture.parts if self.recipe.mixture is not None else ()
        needed = [self.others[part.use.data].key for part in parts]
        return kept.key("data", content, needed, self.recipe.record, self.counter.hash if self.counter else None)

    @cached_property
    def prepared(self) -> Prepared:
        """The rows. Raises `Stopped` where some cannot be used, and what `build` raises."""
        from ftspec.data.prepared import build

        tokenizer = self.counter.tokenizer if self.counter is not None else None
        found = build(self.recipe, self.spec.root, tokenizer, lambda name: self.others[name].prepared)
        if found.faults:
            raise Stopped(diagnostics(found.faults, self._place))
        return found

    def facts(self) -> tuple[DataFacts, list[Note]]:
        """The facts, and what there is to say about them. Raises `Stopped` for errors."""
        return self._cached(self.key, self._facts, DataFacts)

    def tokens(self, pair: Pair, local: LocalModel) -> tuple[TokenFacts, list[Note]]:
        """The tokens of one part for one model whose tokenizer is at hand. Raises `Stopped` for errors."""
        max_length = pair.limit(local.context)
        key = kept.key("tokens", self.key, local.hash, pair.part, max_length, pair.trains)
        return self._cached(key, lambda: self._tokens(pair, local, max_length), TokenFacts)

    def _facts(self) -> tuple[DataFacts, list[Note]]:
        from ftspec.data.notes import about_data
        from ftspec.data.prepared import data_facts

        facts = data_facts(self.prepared, self.files)
        return facts, self._sound(about_data(self.name, self.recipe, self.prepared, facts))

    def _tokens(self, pair: Pair, local: LocalModel, max_length: int) -> tuple[TokenFacts, list[Note]]:
        measured, notes = self.measured(pair, local, max_length)
        return measured.facts, self._sound(notes)

    def measured(self, pair: Pair, local: LocalModel, max_length: int) -> tuple[Measured, list[Note]]:
        """The tokens of one part, uncached, with all there is to say. Raises `Stopped` for rows that have none."""
        from ftspec.data.notes import about_tokens
        from ftspec.data.tokens import measure
        from ftspec.data.tools import about_tools

        measured = measure(self.prepared.rows(pair.part), local.tokenizer, max_length)
        if measured.faults:
            raise Stopped(diagnostics(measured.faults, self._place))
        notes = about_tokens(pair, self.prepared, measured, max_length, local.tokenizer.chat_template is not None)
        notes += about_tools(pair, self.prepared.rows(pair.part), local.tokenizer) if pair.trains else []
        return measured, notes

    def _sound(self, notes: list[Note]) -> list[Note]:
        """The notes, if none of them is an error. Raises `Stopped`."""
        problems = [note.diagnostic(self.spec) for note in notes]
        if any(each.is_error for each in problems):
            raise Stopped(problems)
        return notes

    def _cached(self, key: str, make: Callable[[], tuple[Any, list[Note]]], model: type[Any]) -> tuple[Any, list[Note]]:
        record = kept.read(key) if self.cache else None
        if record is not None:
            return model.model_validate(record["facts"]), [from_record(each) for each in record["notes"]]
        facts, notes = make()
        if self.cache:
            kept.write(key, {"facts": facts.model_dump(mode="json"), "notes": [to_record(note) for note in notes]})
        return facts, notes
