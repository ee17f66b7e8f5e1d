"""What evaluation leaves behind: scores of items, and the verdict over them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from ftspec.plan.steps import Measurement, PlannedUse
from ftspec.spec.types import Frozen, later

if TYPE_CHECKING:
    from ftspec.kinds.metrics import Columns, Metric

Outcome = Literal["pass", "fail", "inconclusive", "measured"]
"""How one gate ends; `measured` is for `report`, which decides nothing."""

IntervalOf = Literal["value", "difference", "ratio", "margin"]
"""What an interval is about: the value, value − baseline, value / baseline, or left side − right side of the rule."""

IntervalBy = Literal["wilson", "tango", "order", "t", "bootstrap", "seeds"]
"""How an interval was found (`ftspec.evaluate.intervals`)."""


@dataclass(frozen=True)
class Scores:
    """The items of one measurement: a row of each column for every item."""

    measurement: Measurement
    items: tuple[str, ...]
    groups: tuple[str | None, ...]
    """Items of one group are not independent of each other; None where an item stands alone."""

    parts: tuple[int, ...]
    """Which of the measurement's data an item is from."""

    columns: Columns
    value: float | None
    """None where the metric has no value."""

    reason: str | None = None
    """Why it has none."""

    seconds: float = 0.0
    reused: bool = False
    waits: bool = False
    """Whether the value is missing only because people have not said enough yet."""

    @property
    def n(self) -> int:
        """How many items there are."""
        return len(self.items)

    @cached_property
    def metric(self) -> Metric:
        """The metric itself."""
        from ftspec.kinds.metrics import Metric
        from ftspec.kinds.registry import make

        metric = make("metrics", dict(self.measurement.metric))
        assert isinstance(metric, Metric)
        return metric


@dataclass(frozen=True)
class Measurements:
    """All that was measured, by the measurements' ids."""

    by_id: Mapping[str, Scores]

    def __getitem__(self, id: str) -> Scores:
        return self.by_id[id]


class GateResult(Frozen):
    """One gate, held against the measurements. Ratios are between 0 and 1; `unit` says what other numbers are in."""

    rule: str
    verb: Literal["require", "warn", "report"]
    metric: str
    """The keyword: `accuracy`."""

    data: str
    """`tickets.test`; several joined by `, `."""

    value: float | None
    baseline: float | None
    """The same measurement on the model before training, where it was taken."""

    threshold: float | None
    """The other side of the rule, in the metric's own terms: 1.05 times the baseline, not 1.05."""

    bound: float | None
    """The threshold in terms of the interval: 1.05 where the interval is of a ratio, 0.1 of a difference."""

    n: int
    interval: tuple[float, float] | None
    """None where fewer than two items were measured."""

    interval_of: IntervalOf
    interval_by: IntervalBy | None
    """How the interval was found."""

    confidence: float
    """The confidence of the interval, after the correction for several gates."""

    verdict: Outcome
    reason: str | None
    """Why it is no pass, in words."""

    because: str | None
    """What the author gave as the gate's reason."""

    direction: Literal["higher", "lower"]
    ratio: bool
    unit: str
    detectable: float | None
    """The smallest difference that these items could have shown, in terms of the interval (`plan.detectable`)."""

    seeds: tuple[float, ...] = ()
    """The value of each run, that which ships first, where the spec asks for several seeds; `value` is their mean."""

    form: str | None = later(None)
    """The further form of the artefact that this is about; None for the artefact itself."""


NATS = 5.0
"""Nats that a token's likelihood may differ by on average, for each share of tokens that may: 0.1 at 2 %."""


class Agreement(Frozen):
    """Whether merged weights, reloaded from disk, answer as the adapter on its base does."""

    tokens: int
    """Trained tokens of the rows that both models read."""

    same: int
    """Those for which both find the same token likeliest."""

    distance: float
    """The mean absolute difference of a token's negative log-likelihood, in nats."""

    tolerance: float
    """The share of tokens that may differ."""

    @property
    def holds(self) -> bool:
        """Whether they agree. Without a token there is nothing to agree on."""
        close = self.distance <= NATS * self.tolerance
        return self.tokens > 0 and close and self.tokens - self.same <= self.tolerance * self.tokens

    def __str__(self) -> str:
        differ = self.tokens - self.same
        return (
            f"{differ} of {self.tokens} tokens differ, {100 * self.tolerance:g} % may; "
            f"{self.distance:.3g} nats apart, {NATS * self.tolerance:g} may"
        )


class Artefact(Frozen):
    """What was scored, and what ships."""

    path: str
    sha256: str
    form: str
    agreement: Agreement | None = None
    """Of merged weights with the adapter that they were made from."""

    unscored: tuple[str, ...] = later(())
    """Files that ship beside it and that no gate has looked at: a GGUF file runs in another program."""


class Evidence(Frozen):
    """The files that a verdict rests on: who edits one of them is found (`ftspec.evaluate.verify`)."""

    files: Mapping[str, str]
    """SHA-256 by name in the run's folder: the plan, which has the hashes of all data; the index of the items, which
    has those of every items file; the samples; and the spec and its lock file, where the run keeps copies of them."""

    record: str | None = later(None)
    """The chain of the record's line that tells of the last work done: what stands before it is bound by that."""

    covers: int = later(1)
    """What is bound besides the files that it names (`ftspec.evaluate.verify.COVERS`)."""


class Verdict(Frozen):
    """`verdict.json`."""

    verdict: Literal["pass", "fail", "inconclusive"]
    digest: str = ""
    spec: str = ""
    artefact: Artefact | None = None
    statistics: int = later(1)
    """By which rules intervals were found (`ftspec.evaluate.spread.STATISTICS`)."""

    also: tuple[Artefact, ...] = later(())
    """Further forms of the artefact, each reloaded and held against the same rules."""

    evidence: Evidence | None = None
    shipped: str | None = later(None)
    """The run that `shipped` in the rules is, by name; empty where none has shipped yet."""

    gates: tuple[GateResult, ...]

    @property
    def disagreement(self) -> Agreement | None:
        """How merged weights differ from their adapter, where they do by more than they may."""
        return next((found for found in _agreements((self.artefact, *self.also)) if not found.holds), None)

    @property
    def unscored(self) -> tuple[str, ...]:
        """Files that ship and that no gate has looked at."""
        return tuple(name for each in (self.artefact, *self.also) if each is not None for name in each.unscored)


def _agreements(forms: Iterable[Artefact | None]) -> Iterator[Agreement]:
    return (each.agreement for each in forms if each is not None and each.agreement is not None)


def data_name(uses: tuple[PlannedUse, ...]) -> str:
    """`tickets.test` for rows of `data.tickets`, `english` for data used whole."""
    names = ((use.data.removeprefix("data."), use.split) for use in uses)
    return ", ".join(data if split == "all" else f"{data}.{split}" for data, split in names)


def to_json(verdict: Verdict) -> str:
    """The canonical text of `verdict.json`."""
    from ftspec.plan.canonical import dumps

    record: dict[str, Any] = verdict.model_dump(mode="json")
    return dumps(record)
