"""What the compiler must know of a spec's data: rows, parts, cleaning, tokens, leaks.

A cold survey reads every row; a warm one hashes the files and reads what the first one kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ftspec.compile.defaults import generated_of, root_model
from ftspec.compile.local_files import nearest_path
from ftspec.data import codes
from ftspec.data.blame import blamed
from ftspec.data.dataset import DataSet, Stopped
from ftspec.data.faults import Unusable
from ftspec.data.foreseen import expected_facts, mixes_generated, mixture_facts
from ftspec.data.local import LocalModel
from ftspec.data.pairs import Pair, pairs
from ftspec.data.recipe import Recipe, from_spec
from ftspec.errors import CannotRun, Rejected
from ftspec.plan.facts import DataFacts, TokenFacts
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

if TYPE_CHECKING:
    from ftspec.model.tokenizer import Tokenizer

Tokens = dict[tuple[str, str, str], TokenFacts]


@dataclass(frozen=True)
class Surveyed:
    """What a survey found; filled as it goes."""

    facts: dict[str, DataFacts] = field(default_factory=dict)
    tokens: Tokens = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    sets: dict[str, DataSet] = field(default_factory=dict)


def survey(spec: Spec, *, cache: bool = True) -> tuple[dict[str, DataFacts], Tokens, list[Diagnostic]]:
    """Facts of every data set and of its tokens, with what is wrong with them.

    Args:
        spec: A checked spec.
        cache: Whether to use and fill the user's cache.

    Returns:
        Facts by data set; token facts by data set, part (`all` for unsplit data) and model, for every pairing of
        a train or a gate whose tokenizer is at hand; diagnostics. A data set with an error has no facts.
    """
    models = {name: LocalModel(spec, name) for name in spec.models}
    found = Surveyed(problems=[each.problem for each in models.values() if each.problem is not None])
    wanted = pairs(spec)
    for name in in_order(spec):
        with _reported(spec, name, found.problems):
            _survey_one(spec, name, [pair for pair in wanted if pair.data == name], models, cache, found)
    from ftspec.data.leaks import leaks
    from ftspec.data.misfits import misfits

    found.problems.extend(leaks(spec, found.sets, cache))
    found.problems.extend(misfits(spec, found.sets, cache))
    return found.facts, found.tokens, found.problems


def survey_data(name: str, spec: Spec, root: Path, models: Mapping[str, Tokenizer]) -> DataFacts | list[Diagnostic]:
    """Facts of one data set with a source, uncached, or what is wrong with it. `models` are tokenizers to count by."""
    from ftspec.data.faults import diagnostics
    from ftspec.data.prepared import build, data_facts

    problems: list[Diagnostic] = []
    with _reported(spec, name, problems):
        recipe = from_spec(spec, name)
        prepared = build(recipe, root, next(iter(models.values()), None))
        if not prepared.faults:
            return data_facts(prepared, recipe.files(root))
        problems += diagnostics(prepared.faults, partial(blamed, spec, name))
    return problems


def data_sets(spec: Spec, wanted: Iterable[str] | None = None) -> dict[str, DataSet]:
    """The data sets of a spec, without facts or cache, each built when its rows are asked for.

    Args:
        spec: A checked spec.
        wanted: These data sets and those they mix; by default all.

    Raises:
        Rejected: data sets that are not here or make no sense.
    """
    models = {name: LocalModel(spec, name) for name in spec.models}
    found: dict[str, DataSet] = {}
    problems: list[Diagnostic] = []
    for name in in_order(spec, wanted):
        with _reported(spec, name, problems):
            found[name] = data_set(spec, name, models, found, cache=False)
    if problems:
        raise Rejected(problems, exit_code=3)
    return found


def in_order(spec: Spec, wanted: Iterable[str] | None = None) -> list[str]:
    """The data sets (or those wanted) in the order of the file, each after those that it mixes."""
    found: dict[str, None] = {}

    def add(name: str, above: tuple[str, ...] = ()) -> None:
        mixture = spec.data[name].mixture
        source = generated_of(spec, name)
        others = [part.use.data for part in mixture.parts] if mixture is not None else []
        others += [source.prompts.data] if source is not None else []
        for other in others if name not in above else ():
            if other in spec.data:
                add(other, (*above, name))
        found.setdefault(name)

    for name in spec.data if wanted is None else wanted:
        add(name)
    return list(found)


def data_set(
    spec: Spec, name: str, models: Mapping[str, LocalModel], others: Mapping[str, DataSet], cache: bool
) -> DataSet:
    """One data set. Raises FileNotFoundError, CannotRun and `Unusable`."""
    recipe = from_spec(spec, name)
    return DataSet(spec, name, recipe, recipe.files(spec.root), _counter(recipe, spec, models), others, cache)


def _survey_one(
    spec: Spec, name: str, wanted: list[Pair], models: Mapping[str, LocalModel], cache: bool, found: Surveyed
) -> None:
    generated = generated_of(spec, name)
    if generated is not None:
        if generated.prompts.data in found.facts:
            found.facts[name] = expected_facts(spec, name, generated, found.facts[generated.prompts.data])
        return
    if mixes_generated(spec, name):
        parts = [found.facts.get(part.use.data) for part in spec.data[name].mixture.parts]  # type: ignore[union-attr]
        if None not in parts:
            found.facts[name] = mixture_facts(spec, name, found.facts)
        return
    one = data_set(spec, name, models, found.sets, cache)
    if one.recipe.mixture is not None and any(p.use.data not in found.facts for p in one.recipe.mixture.parts):
        return
    facts, notes = one.facts()
    for pair in wanted:
        if models[pair.model].hash is not None:
            found.tokens[(pair.data, pair.part, pair.model)], more = one.tokens(pair, models[pair.model])
            notes = [*notes, *more]
    found.facts[name] = facts
    found.sets[name] = one
    found.problems.extend(note.diagnostic(spec) for note in notes)


def _counter(recipe: Recipe, spec: Spec, models: Mapping[str, LocalModel]) -> LocalModel | None:
    """The plan's first model: its tokens are counted where cleaning or a mixture counts any."""
    by_tokens = recipe.mixture is not None and recipe.mixture.by == "tokens"
    by_length = recipe.order is not None and recipe.order.field is None
    if recipe.clean.min_tokens is None and recipe.clean.max_tokens is None and not by_tokens and not by_length:
        return None
    used = {root_model(spec, name) for name in spec.trains}
    first = next((models[name] for name in spec.models if name in used or not used), None)
    return first if first is not None and first.hash is not None else None


@contextmanager
def _reported(spec: Spec, name: str, problems: list[Diagnostic]) -> Iterator[None]:
    """Turns what data sets raise into diagnostics."""
    place = spec.place(f"data.{name}.source")
    try:
        yield
    except Unusable as error:
        problems.append(Diagnostic(error.code, error.message, blamed(spec, name, error.code), error.help))
    except FileNotFoundError as error:
        problems.append(_missing(spec, name, error))
    except CannotRun as error:
        code = getattr(error, "code", codes.UNREADABLE_DATA)
        problems.append(Diagnostic(code, error.message, place, error.help))
    except Stopped as stopped:
        problems.extend(stopped.problems)


def _missing(spec: Spec, name: str, error: FileNotFoundError) -> Diagnostic:
    pattern = str(error.args[0]) if error.args else "the file"
    what = "no file fits" if set("*?[") & set(pattern) else "there is no"
    near = nearest_path(spec.root, pattern)
    help = "paths are relative to the spec's folder; fetch the data, or mend the path"
    help = f"`{near}` is there" if near else help
    return Diagnostic(codes.MISSING_FILE, f"{what} `{pattern}`", spec.place(f"data.{name}.source"), help)
