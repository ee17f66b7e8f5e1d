"""A plan: what will happen, in full, as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field

from ftspec.plan.facts import Target
from ftspec.plan.steps import Decide, Evaluate, Export, FetchModel, Generate, PrepareData, Step, Train
from ftspec.spec.rules import Condition
from ftspec.spec.types import Frozen, later

S = TypeVar("S", FetchModel, PrepareData, Generate, Train, Export, Evaluate, Decide)


class Memory(Frozen):
    """Peak memory of the worst step on one device, part by part, in bytes."""

    total_bytes: int
    parts: Mapping[str, int]
    """`weights`, `adapter`, `gradients`, `optimizer`, `activations`, `logits`, `runtime`, …"""

    step: str
    """The id of the step that needs most."""

    device: str
    available_bytes: int
    fits: bool
    weights_sum: str = ""
    """How the weights come about: `35.3 GB in linear layers (4.127 bits each) + 4.2 GB embeddings and head`."""

    source: str = "reckoned"
    """`reckoned`, or `probed`: measured by `ftspec compile --probe` on such a device."""


class Way(Frozen):
    """One change that makes a plan fit, or a few together."""

    settings: tuple[str, ...]
    """What to add to the command line: `--set router.gradient_checkpointing=true`, `--count 2`."""

    words: str
    total_bytes: int
    available_bytes: int
    slower: float
    """Time against the plan as it stands: 1.3 takes a third longer, 0.5 half as long."""

    devices: int = 1
    same_result: bool = True
    """Whether the same model comes out, rounding aside."""

    @property
    def fits(self) -> bool:
        """Whether the plan fits with it."""
        return self.total_bytes <= self.available_bytes


class Resources(Frozen):
    """What the plan takes."""

    memory: Memory
    tokens: int
    """Tokens that training reads, all epochs and stages."""

    optimizer_steps: int
    time_seconds: float
    time_source: str
    """What the time rests on."""

    time_range: tuple[float, float] | None = None
    """The seconds between which the time is expected to lie."""

    reckoned_seconds: float = 0.0
    """The same by the arithmetic alone, without what was measured on this device."""

    time_parts: Mapping[str, float] = {}
    """Seconds of each step that takes some, and of starting up (`start`)."""

    cost: float | None
    """USD, or None where no price is known."""

    ways: tuple[Way, ...] = ()
    """What would make the plan fit where it does not, the nearest change first."""


class Gate(Frozen):
    """One rule on the result."""

    verb: Literal["require", "warn", "report"]
    rule: str
    """As written, in the one formatting."""

    condition: Annotated[Condition, Field()] | None
    """With `reading` nodes for measurements; None for `report`."""

    measurement: str
    """The id of the measurement that the rule is about."""

    baseline: str | None
    """The id of the same measurement on the model before training, when the rule names it or it is taken anyway."""

    because: str | None
    repeats: tuple[Mapping[str, str], ...] = ()
    """For every further seed: its measurements by the ids of those that they stand beside. The gate reads the mean."""

    form: str | None = later(None)
    """The further form of the artefact that the rule is held against: `merged`."""


class OriginRecord(Frozen):
    """Where a resolved value comes from."""

    value: Any
    by: str
    """`spec`, `default`, `auto`, `overlay smoke`, `--set`."""

    at: str | None = None
    """`router.ft:34`."""

    reason: str | None = None
    overrode: Any = None


class SpecRecord(Frozen):
    """The spec's name and goal."""

    name: str
    goal: str | None
    kind: str | None
    owner: str | None = None
    why: str | None = later(None)
    facts_change: str | None = later(None)


class SearchRecord(Frozen):
    """What is tried before this plan is run with the best of it."""

    metric: str
    """As written: `accuracy(tickets.validation)`."""

    direction: Literal["maximize", "minimize"]
    trials: tuple[tuple[str, ...], ...]
    """The settings of each trial, as `--set` takes them."""


class Plan(Frozen):
    """A whole plan. `digest` covers what would change the result."""

    plan_format: Literal[1] = 1
    ftspec: str
    digest: str = ""
    spec: SpecRecord
    target: Target
    steps: tuple[Step, ...]
    resources: Resources
    gates: tuple[Gate, ...]
    budget: tuple[Mapping[str, Any], ...] = ()
    """Each budget rule with what it asks, what the plan takes and whether it holds."""

    waivers: tuple[Mapping[str, str], ...] = ()
    """Rules of a policy that the spec waives: `rule` and `because`."""

    search: SearchRecord | None = Field(default=None, exclude_if=lambda value: value is None)
    """The trials that choose what this plan leaves open; None where nothing is searched."""

    origins: Mapping[str, OriginRecord]

    def of(self, kind: type[S]) -> Iterator[S]:
        """The steps of one kind, in order."""
        return (step for step in self.steps if isinstance(step, kind))

    @property
    def ships(self) -> Export:
        """The step that writes the artefact; the further forms of it stand after it."""
        return next(self.of(Export))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Plan:
        """A changed plan; the steps by their ids are looked up anew."""
        copy = super().model_copy(update=update, deep=deep)
        copy.__dict__.pop("by_id", None)
        return copy

    @cached_property
    def by_id(self) -> Mapping[str, Step]:
        """The steps by their ids."""
        return {step.id: step for step in self.steps}
