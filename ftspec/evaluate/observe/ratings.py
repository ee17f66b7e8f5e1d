"""What people say of two models' answers to the same prompts."""

from __future__ import annotations

from collections.abc import Sequence

from ftspec.evaluate import ratings
from ftspec.evaluate.observe.request import Request
from ftspec.evaluate.ratings import VOTES, Pair
from ftspec.kinds.metrics import NotYet, Rated


def observe(request: Request) -> Sequence[Rated]:
    """A `Rated` for every row. The two inputs are the model's answers and the opponent's. No model takes part.

    Raises:
        NotYet: fewer raters than the metric asks for have rated every pair.
    """
    own, over = request.inputs
    pairs = [Pair(one.item, one.prompt, one.given, two.given) for one, two in zip(own, over, strict=True)]
    assert request.run is not None, "ratings lie in the folder of a run"
    done, asked = ratings.finished(request.run, pairs), int(request.settings["raters"])
    if len(done) < asked and not all(pair.is_equal for pair in pairs):
        left = [f"{rater} has {count} left" for rater, count in ratings.unfinished(request.run, pairs).items()]
        told = f" ({', '.join(left)})" if left else ""
        raise NotYet(f"{len(done)} of {asked} raters are done{told}: `ftspec rate {request.run.as_posix()}`")
    people = {rater: [VOTES[choice] for choice in said] for rater, said in sorted(done.items())} or {"equal": []}
    names = tuple(people)
    return [
        Rated(row.item, pair.own, pair.over, names, _votes(people, place), request.group(row))
        for place, (row, pair) in enumerate(zip(request.rows, pairs, strict=True))
    ]


def _votes(people: dict[str, list[float]], place: int) -> tuple[float, ...]:
    return tuple(said[place] if said else 0.5 for said in people.values())
