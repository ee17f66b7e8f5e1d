"""What the compiler must know of a spec's data: rows, parts, cleaning, tokens.

A cold survey reads every row; a warm one hashes the files and reads what the first one kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.data import cache as kept
from ftspec.data import codes
from ftspec.data.faults import Unusable, diagnostics
from ftspec.data.notes import Note, from_record, to_record
from ftspec.data.pairs import Pair, pairs
from ftspec.data.read import file_facts
from ftspec.data.recipe import Recipe, from_spec
from ftspec.errors import CannotRun
from ftspec.kinds.model_sources import ModelSource
from ftspec.model.tokenizer import UnusableTokenizer, load_tokenizer, tokenizer_hash
from ftspec.plan.facts import DataFacts, FileFacts, TokenFacts
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic, Place

if TYPE_CHECKING:
    from ftspec.data.prepared import Prepared
    from ftspec.model.tokenizer import Tokenizer

Tokens = dict[tuple[str, str, str], TokenFacts]


def survey(spec: Spec, *, cache: bool = True) -> tuple[dict[str, DataFacts], Tokens, list[Diagnostic]]:
    """Facts of every data set and of its tokens, with what is wrong with them.

    Args:
        spec: A checked spec.
        cache: Whether to use and fill the user's cache.

    Returns:
        Facts by data set; token facts by data set, part (`all` for unsplit data) and model, for every pairing of
        a train or a gate whose tokenizer is at hand; diagnostics. A data set with an error has no facts.
    """
    found: dict[str, DataFacts] = {}
    tokens: Tokens = {}
    problems: list[Diagnostic] = []
    models = {name: _Local(spec, name) for name in spec.models}
    paired = pairs(spec)
    for name in spec.data:
        wanted = [pair for pair in paired if pair.data == name]
        one = survey_one(spec, name, wanted, models, cache)
        problems += one.diagnostics
        tokens |= one.tokens
        if one.facts is not None:
            found[name] = one.facts
    problems += [each.problem for each in models.values() if each.problem is not None]
    return found, tokens, problems


def survey_data(name: str, spec: Spec, root: Path, models: Mapping[str, Tokenizer]) -> DataFacts | list[Diagnostic]:
    """Facts of one data set, uncached, or what is wrong with it. `models` are tokenizers to count by."""
    try:
        recipe = from_spec(spec, name)
        files = file_facts(recipe.source, root)
        counter = next(iter(models.values()), None)
        return _Set(spec, name, recipe, files, counter).facts()
    except Unusable as error:
        return [_whole(error, spec, name)]
    except FileNotFoundError as error:
        return [_missing(spec, name, error)]
    except _Stopped as stopped:
        return stopped.problems


@dataclass(frozen=True)
class One:
    """What was found about one data set."""

    facts: DataFacts | None = None
    tokens: Tokens = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


class _Stopped(Exception):
    """Raised when rows have errors: there are no facts then."""

    def __init__(self, problems: list[Diagnostic]) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True, eq=False)
class _Local:
    """A model's tokenizer, loaded when it is needed and known by its hash before that."""

    spec: Spec
    name: str

    @cached_property
    def folder(self) -> Path | None:
        source = self.spec.models[self.name].source
        found = source.folder(self.spec.root) if isinstance(source, ModelSource) else None
        return found if found is not None and found.is_dir() else None

    @cached_property
    def _arguments(self) -> tuple[str | None, tuple[str, ...]]:
        """The chat template that replaces the model's own, and the terms to add."""
        model = self.spec.models[self.name]
        template = None if model.chat_template is None else (self.spec.root / model.chat_template).read_text("utf-8")
        if model.vocabulary is None:
            return template, ()
        lines = (self.spec.root / model.vocabulary.add).read_text("utf-8").splitlines()
        return template, tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))

    @cached_property
    def hash(self) -> str | None:
        """The tokenizer's hash, or None when it is not at hand."""
        if self.folder is None or self.problem is not None:
            return None
        return tokenizer_hash(self.folder, *self._arguments)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer. Raises UnusableTokenizer."""
        if self.folder is None:
            raise AssertionError("a model without a folder has no tokenizer to load")
        return load_tokenizer(self.folder, *self._arguments)

    @cached_property
    def context(self) -> int:
        """The longest sequence that the model takes, in tokens."""
        from ftspec.data.pairs import context_of

        return context_of(self.folder) if self.folder is not None else 2048

    @cached_property
    def problem(self) -> Diagnostic | None:
        """What is wrong with the files beside the tokenizer's own."""
        place = self.spec.place(f"model.{self.name}")
        try:
            _ = self._arguments
        except FileNotFoundError as error:
            missing = Path(str(error.filename)).name
            return Diagnostic(codes.MISSING_FILE, f"`{missing}` does not exist", place, "check the path")
        except (OSError, UnicodeDecodeError) as error:
            return Diagnostic(codes.UNREADABLE_DATA, f"cannot be read: {error}", place, "save it as UTF-8")
        return None


def survey_one(spec: Spec, name: str, wanted: list[Pair], models: Mapping[str, _Local], cache: bool) -> One:
    """Facts of one data set and of its tokens for the pairs that are wanted."""
    if spec.data[name].source is None:
        return One()
    try:
        recipe = from_spec(spec, name)
        source_hash: Any = recipe.source.pinned()
        files = file_facts(recipe.source, spec.root) if source_hash is None else ()
        counter = _counter(recipe, wanted, models)
        content = source_hash or [each.model_dump() for each in files]
        base = kept.key("data", content, recipe_record(recipe), _hash_of(counter))
        data = _Set(spec, name, recipe, files, counter)
        facts, notes = _cached(base, cache, lambda: data.record(), DataFacts)
        tokens, more = _tokens(data, facts, base, wanted, models, cache)
    except Unusable as error:
        return One(diagnostics=[_whole(error, spec, name)])
    except FileNotFoundError as error:
        return One(diagnostics=[_missing(spec, name, error)])
    except UnusableTokenizer as error:
        return One(diagnostics=[Diagnostic(error.code, error.message, spec.place(f"data.{name}"), error.help)])
    except CannotRun as error:
        place = spec.place(f"data.{name}")
        return One(diagnostics=[Diagnostic(codes.UNREADABLE_DATA, error.message, place, error.help)])
    except _Stopped as stopped:
        return One(diagnostics=stopped.problems)
    return One(facts, tokens, [note.diagnostic(spec) for note in (*notes, *more)])


def recipe_record(recipe: Recipe) -> dict[str, Any]:
    """All of a recipe that changes rows, as JSON."""
    return {
        "source": recipe.source.model_dump(mode="json"),
        "format": recipe.format,
        "turns": recipe.turns,
        "trained": sorted(recipe.trained),
        "clean": recipe.clean.model_dump(mode="json"),
        "split": recipe.split.model_dump(mode="json") if recipe.split else None,
        "augment": recipe.augment.model_dump(mode="json") if recipe.augment else None,
    }


def _counter(recipe: Recipe, wanted: Iterable[Pair], models: Mapping[str, _Local]) -> _Local | None:
    """The model whose tokens `min_tokens` and `max_tokens` count: the first that uses the data."""
    if recipe.clean.min_tokens is None and recipe.clean.max_tokens is None:
        return None
    names = [*(pair.model for pair in wanted), *models]
    return next((models[name] for name in names if models[name].hash is not None), None)


def _hash_of(counter: _Local | None) -> str | None:
    return None if counter is None else counter.hash


@dataclass(frozen=True, eq=False)
class _Set:
    """One data set, built at most once."""

    spec: Spec
    name: str
    recipe: Recipe
    files: tuple[FileFacts, ...]
    counter: _Local | Tokenizer | None

    @cached_property
    def prepared(self) -> Prepared:
        from ftspec.data.prepared import build

        counter = self.counter.tokenizer if isinstance(self.counter, _Local) else self.counter
        found = build(self.recipe, self.spec.root, counter)
        if found.faults:
            raise _Stopped(diagnostics(found.faults, self.spec.place(f"data.{self.name}.source")))
        return found

    def facts(self) -> DataFacts:
        """The facts of a set that is built. Raises `_Stopped`."""
        from ftspec.data.prepared import data_facts

        return data_facts(self.prepared, self.files)

    def record(self) -> tuple[DataFacts, list[Note]]:
        """The facts, and what there is to say about them. Raises `_Stopped` for errors."""
        from ftspec.data.notes import about_data

        facts = self.facts()
        notes = about_data(self.name, self.recipe, self.prepared, facts)
        _stop_at_errors(notes, self.spec)
        return facts, notes


def _tokens(
    data: _Set, facts: DataFacts, base: str, wanted: list[Pair], models: Mapping[str, _Local], cache: bool
) -> tuple[Tokens, list[Note]]:
    found: Tokens = {}
    notes: list[Note] = []
    for pair in wanted:
        local = models[pair.model]
        if local.hash is None or pair.part not in facts.splits:
            continue
        longest = pair.max_length or local.context
        key = kept.key("tokens", base, local.hash, pair.part, longest, pair.trains)
        one, more = _cached(key, cache, _counted(data, pair, local, longest), TokenFacts)
        found[(pair.data, pair.part, pair.model)] = one
        notes += more
    return found, notes


def _counted(data: _Set, pair: Pair, local: _Local, longest: int) -> Callable[[], tuple[TokenFacts, list[Note]]]:
    def count() -> tuple[TokenFacts, list[Note]]:
        from ftspec.data.notes import about_tokens
        from ftspec.data.tokens import measure

        measured = measure(data.prepared.rows(pair.part), local.tokenizer, longest)
        if measured.faults:
            raise _Stopped(diagnostics(measured.faults, data.spec.place(f"data.{data.name}.source")))
        notes = about_tokens(pair, data.prepared.format, measured, longest)
        _stop_at_errors(notes, data.spec)
        return measured.facts, notes

    return count


def _stop_at_errors(notes: Iterable[Note], spec: Spec) -> None:
    problems = [note.diagnostic(spec) for note in notes]
    if any(each.is_error for each in problems):
        raise _Stopped(problems)


def _cached(
    key: str, cache: bool, make: Callable[[], tuple[Any, list[Note]]], model: type[Any]
) -> tuple[Any, list[Note]]:
    record = kept.read(key) if cache else None
    if record is not None:
        return model.model_validate(record["facts"]), [from_record(each) for each in record["notes"]]
    facts, notes = make()
    if cache:
        kept.write(key, {"facts": facts.model_dump(mode="json"), "notes": [to_record(note) for note in notes]})
    return facts, notes


def _whole(error: Unusable, spec: Spec, name: str) -> Diagnostic:
    at = {codes.UNKNOWN_TEMPLATE: "template", codes.BAD_TEMPLATE: "template", codes.BAD_KEEP: "clean.keep"}
    place: Place | None = spec.place(f"data.{name}.{at.get(error.code, 'source')}")
    return Diagnostic(error.code, error.message, place, error.help)


def _missing(spec: Spec, name: str, error: FileNotFoundError) -> Diagnostic:
    pattern = str(error.args[0]) if error.args else "the file"
    what = "no file fits" if set("*?[") & set(pattern) else "there is no"
    message = f"{what} `{pattern}`"
    help = "paths are relative to the spec's folder; fetch the data, or mend the path"
    return Diagnostic(codes.MISSING_FILE, message, spec.place(f"data.{name}.source"), help)
