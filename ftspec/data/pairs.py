"""Which data meets which model: every pairing that a train or a gate makes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ftspec.compile.defaults import method_of, metric_of, root_model, scores_of
from ftspec.spec.spec import Spec
from ftspec.spec.types import Use

_CONTEXT_NAMES = ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "n_ctx")
_DEFAULT_CONTEXT = 2048

WHOLE = "all"
"""The part that data which is used whole has."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Rows of one part, as one model reads them."""

    data: str
    part: str
    """`train`, `validation`, `test`, or `all`."""

    model: str
    max_length: int | None
    """Where rows are cut; None for the longest that the model takes."""

    train: str | None
    """The train that reads them, or None for a gate."""

    reserved: int = 0
    """Tokens of the model's context that virtual tokens take."""

    @property
    def title(self) -> str:
        """For people: `tickets.train`, in backticks."""
        return f"`{self.data}.{self.part}`" if self.part != WHOLE else f"`{self.data}`"

    def limit(self, context: int) -> int:
        """Where rows are cut for a model that takes so many tokens."""
        room = max(1, context - self.reserved)
        return min(self.max_length or room, room)

    @property
    def trains(self) -> bool:
        """Whether a train learns from these rows."""
        return self.train is not None and self.part != "validation"


def pairs(spec: Spec) -> list[Pair]:
    """Every pairing once, those of trains first; with several lengths the first one written counts."""
    found: dict[tuple[str, str, str], Pair] = {}
    for pair in (*_of_trains(spec), *_of_gates(spec)):
        if pair.data in spec.data:
            found.setdefault((pair.data, pair.part, pair.model), pair)
    return list(found.values())


def gate_uses(spec: Spec) -> list[Use]:
    """What gates read, metrics that are made for training data aside."""
    scores = (score for rule in spec.gates.rules for score in scores_of(rule))
    return list(dict.fromkeys(u for score in scores if not metric_of(score).reads_training_data for u in score.uses))


def _of_trains(spec: Spec) -> Iterator[Pair]:
    for name, train in spec.trains.items():
        model = root_model(spec, name)
        if model is None:
            continue
        limit = train.max_length if isinstance(train.max_length, int) else None
        watched = train.validation
        if watched is None and train.data.split == "train":
            watched = Use(data=train.data.data, split="validation")
        for use in (train.data, watched):
            if use is not None:
                yield Pair(use.data, use.split or WHOLE, model, limit, name, method_of(train).virtual_tokens)


def _of_gates(spec: Spec) -> Iterator[Pair]:
    last = next(reversed(tuple(spec.trains)), None)
    for rule in spec.gates.rules:
        for score in scores_of(rule):
            stage = score.of or last
            model = root_model(spec, stage) if stage is not None else next(iter(spec.models), None)
            for use in score.uses if model is not None else ():
                assert model is not None
                yield Pair(use.data, use.split or WHOLE, model, None, None)


def context_of(folder: Path) -> int:
    """The longest sequence of a model in tokens, from its `config.json`."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return _DEFAULT_CONTEXT
    for values in (config, config.get("text_config") or {}):
        for name in _CONTEXT_NAMES:
            if isinstance(values.get(name), int):
                return int(values[name])
    return _DEFAULT_CONTEXT
