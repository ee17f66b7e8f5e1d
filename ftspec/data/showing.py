"""What `ftspec preview` shows: examples and statistics of a spec's data, as its models read them."""

from __future__ import annotations

from collections.abc import Sequence

from ftspec.data import codes
from ftspec.data.dataset import DataSet, Stopped
from ftspec.data.faults import Unusable
from ftspec.data.local import LocalModel
from ftspec.data.pairs import Pair, pairs
from ftspec.data.preview import Preview, preview
from ftspec.data.row import Row
from ftspec.data.statistics import Statistics, statistics
from ftspec.data.surveying import data_sets
from ftspec.errors import CannotRun, Rejected
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic


def previews(spec: Spec, data: str | None = None, count: int = 3) -> list[Preview]:
    """For each data set (or the one named), the part that trains, or else the one that a gate reads.

    Raises:
        Rejected: rows cannot be used.
        CannotRun: data or the tokenizer is not here, or no data set has this name.
    """
    sets = data_sets(spec)
    return [_preview(pair, sets[pair.data], LocalModel(spec, pair.model), count) for pair in _chosen(spec, data)]


def all_statistics(spec: Spec, data: str | None = None) -> list[Statistics]:
    """Statistics of the same parts. Raises as `previews` does."""
    sets = data_sets(spec)
    found = []
    for pair in _chosen(spec, data):
        tokenizer = _here(LocalModel(spec, pair.model)).tokenizer
        rows = _rows(sets[pair.data], pair)
        found.append(statistics(rows, tokenizer, data=pair.data, split=pair.part, model=pair.model))
    return found


def _preview(pair: Pair, one: DataSet, local: LocalModel, count: int) -> Preview:
    tokenizer, rows = _here(local).tokenizer, _rows(one, pair)
    limit = pair.max_length or local.context
    return preview(rows, tokenizer, limit, count, data=pair.data, split=pair.part, model=pair.model)


def _chosen(spec: Spec, data: str | None) -> list[Pair]:
    """The first pair of each data set: those of trains come before those of gates."""
    found: dict[str, Pair] = {}
    for pair in pairs(spec):
        if data in (None, pair.data):
            found.setdefault(pair.data, pair)
    if not found:
        known = ", ".join(f"`{name}`" for name in spec.data) or "none"
        what = f"no stage or gate reads data called `{data}`" if data is not None else "no stage or gate reads any data"
        raise CannotRun(what, f"the data sets are {known}")
    return list(found.values())


def _here(local: LocalModel) -> LocalModel:
    if local.problem is not None:
        raise Rejected([local.problem], exit_code=3)
    if local.hash is None:
        help = "fetch the model first, or name a local one"
        raise CannotRun(f"the tokenizer of model `{local.name}` is not here", help)
    return local


def _rows(one: DataSet, pair: Pair) -> Sequence[Row]:
    try:
        return one.prepared.rows(pair.part)
    except Stopped as stopped:
        raise Rejected(stopped.problems) from stopped
    except Unusable as error:
        place = one.spec.place(f"data.{one.name}.source")
        raise Rejected([Diagnostic(error.code, error.message, place, error.help)]) from error
    except KeyError as error:
        raise CannotRun(f"`{pair.data}` has no part `{pair.part}`", f"see {codes.EMPTY_SPLIT}") from error
