"""Mixtures: several data sets in given shares.

Each part gives as many rows (or tokens) as its share of the whole. `repeat` makes the whole so large that no row
of any part is left out, and starts smaller parts again; `stop` makes it so small that no part runs out; `drop`
takes every row once, in the shares as long as all parts last, and then goes on without those that are used up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING

from ftspec.data import codes
from ftspec.data.faults import Unusable
from ftspec.data.row import Row
from ftspec.plan.facts import CleanFacts
from ftspec.spec.data import Mixture

if TYPE_CHECKING:
    from ftspec.model.tokenizer import Tokenizer


@dataclass(frozen=True, eq=False)
class _Part:
    """One part: its rows in the order in which they are taken, and what each of them weighs."""

    name: str
    share: float
    rows: Sequence[Row]
    weights: Sequence[float]

    @property
    def weight(self) -> float:
        return sum(self.weights)


def mixed(
    mixture: Mixture, find: Callable[[str, str | None], Sequence[Row]], tokenizer: Tokenizer | None
) -> tuple[list[Row], tuple[CleanFacts, ...]]:
    """The rows of a mixture in the order in which they train, and how many of each part's rows that takes.

    Args:
        mixture: The block.
        find: The rows of a part of another data set, by its name and split.
        tokenizer: Counts tokens for `by = tokens`; needed by it alone.

    Raises:
        Unusable: a part is empty, or tokens cannot be counted.
    """
    parts = [
        _part(str(part.use), share, find(part.use.data, part.use.split), mixture, tokenizer)
        for part, share in zip(mixture.parts, tempered([each.share for each in mixture.parts], mixture), strict=True)
    ]
    taken = [list(_taken(part, mixture, parts)) for part in parts]
    account = tuple(
        CleanFacts(name=f"mixture {part.name}", rows_in=len(part.rows), rows_out=len(rows))
        for part, rows in zip(parts, taken, strict=True)
        if len(rows) != len(part.rows)
    )
    if mixture.order == "as_written":
        return _named([row for rows in taken for row in rows]), account
    return _named(_interleaved(parts, taken)), account


def tempered(shares: Sequence[float], mixture: Mixture) -> list[float]:
    """The shares, each raised to 1/temperature, with the same sum as before.

    (Conneau et al., "Unsupervised Cross-lingual Representation Learning at Scale", 2020, section 3.1.)
    """
    raised = [share ** (1 / mixture.temperature) if share else 0.0 for share in shares]
    return [share * sum(shares) / (sum(raised) or 1.0) for share in raised]


def _part(name: str, share: float, rows: Sequence[Row], mixture: Mixture, tokenizer: Tokenizer | None) -> _Part:
    if not rows:
        raise Unusable(codes.BAD_MIXTURE, f"the part `{name}` of the mixture has no rows", "leave it out, or fill it")
    ordered = sorted(rows, key=lambda row: sha256(f"{name}:{row.item}".encode()).digest())
    if mixture.by == "rows":
        return _Part(name, share, ordered, [1.0] * len(ordered))
    if tokenizer is None:
        help = "fetch the model first, or mix by rows: `by = rows`"
        raise Unusable(codes.NEEDS_TOKENIZER, "a mixture `by = tokens` needs a tokenizer, and there is none", help)
    from ftspec.data.encoding import lengths

    return _Part(name, share, ordered, [float(size) for size in lengths(ordered, tokenizer)])


def _taken(part: _Part, mixture: Mixture, parts: Sequence[_Part]) -> Iterator[Row]:
    """The rows that a part gives, from the start again where it runs out."""
    match mixture.when_exhausted:
        case "drop" if not part.share:
            return
        case "drop":
            yield from part.rows
            return
        case "repeat":
            whole = max(each.weight / each.share for each in parts if each.share)
        case "stop":
            whole = min(each.weight / each.share for each in parts if each.share)
    wanted, given = whole * part.share, 0.0
    for number in count():
        weight = part.weights[number % len(part.rows)]
        if given + weight / 2 > wanted:
            return
        yield part.rows[number % len(part.rows)]
        given += weight


def _interleaved(parts: Sequence[_Part], taken: Sequence[Sequence[Row]]) -> list[Row]:
    """The rows of all parts so that every stretch holds them in about the shares."""
    weights = [dict(zip((row.item for row in part.rows), part.weights, strict=True)) for part in parts]
    given, at = [0.0] * len(parts), [0] * len(parts)
    found: list[Row] = []
    while any(place < len(rows) for place, rows in zip(at, taken, strict=True)):
        open_parts = [i for i, rows in enumerate(taken) if at[i] < len(rows)]
        chosen = min(open_parts, key=lambda i: (given[i] / max(parts[i].share, 1e-9), i))
        row = taken[chosen][at[chosen]]
        given[chosen] += weights[chosen][row.item]
        at[chosen] += 1
        found.append(row)
    return found


def _named(rows: Sequence[Row]) -> list[Row]:
    """The same rows with items that are unique in the mixture."""
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        seen[row.item] = seen.get(row.item, 0) + 1
        again = seen[row.item]
        found.append(row if again == 1 else replace(row, item=f"{row.item}-r{again}"))
    return found


def formats_of(formats: Mapping[str, str]) -> str:
    """The one format that the parts of a mixture share: text beside conversations trains in the same steps.

    Raises `Unusable` where one training cannot learn from all of them.
    """
    different = sorted(set(formats.values()))
    if len(different) == 1:
        return different[0]
    if set(different) <= {"prompt_completion", "chat", "text"}:
        return "chat"
    listed = ", ".join(f"`{name}` is {format}" for name, format in formats.items())
    raise Unusable(
        codes.BAD_MIXTURE,
        f"the parts of the mixture differ in format: {listed}",
        "mix data that one objective can learn from",
    )
