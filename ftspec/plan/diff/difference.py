"""What the change from one plan to another means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ftspec.plan.diff.change import Change, Effect
from ftspec.plan.diff.data import data_changes
from ftspec.plan.diff.gates import gate_changes
from ftspec.plan.diff.models import model_changes
from ftspec.plan.diff.rest import rest_changes
from ftspec.plan.diff.stages import stage_changes
from ftspec.plan.diff.takes import Taken, memory_change, taken
from ftspec.plan.plan import Plan

_WEIGHTY = frozenset(
    (
        *("batch_size", "micro_batch_size", "max_length", "packing", "gradient_checkpointing"),
        *("method", "precision", "quantization", "optimizer"),
    )
)
"""Attributes that memory follows from."""


@dataclass(frozen=True)
class Difference:
    """All changes, the weightiest first, and what both plans take."""

    name: str
    old_digest: str
    new_digest: str
    changes: tuple[Change, ...]
    taken: tuple[Taken, ...]

    @property
    def effect(self) -> Effect:
        """What the whole change asks for."""
        return max((change.effect for change in self.changes), default=Effect.NOTHING)

    @property
    def alarms(self) -> tuple[Change, ...]:
        """What a reviewer must look at."""
        return tuple(change for change in self.changes if change.alarm)


def difference(old: Plan, new: Plan) -> Difference:
    """The changes from `old` to `new`, each with its effect. Comments, layout and order are none."""
    found = [*model_changes(old, new), *data_changes(old, new), *stage_changes(old, new)]
    found += [*gate_changes(old, new), *rest_changes(old, new)]
    changes = sorted(_with_memory(found, old, new), key=lambda change: (-change.effect, change.kind == "gate"))
    return Difference(new.spec.name, old.digest, new.digest, tuple(changes), taken(old, new))


def _with_memory(changes: Iterable[Change], old: Plan, new: Plan) -> Iterator[Change]:
    """The change of memory beside the first change it can follow from."""
    said = memory_change(old, new)
    for change in changes:
        if said and change.effect is Effect.RETRAIN and _WEIGHTY & set(change.path.split(".")):
            change = replace(change, consequences=(*change.consequences, said))
            said = None
        yield change
