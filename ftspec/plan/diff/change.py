"""One change between two plans, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Effect(IntEnum):
    """What a change asks for; the larger one decides for the whole."""

    NOTHING = 0
    """Comments, layout, order."""

    METADATA = 1
    """Owners, reasons, cards, devices: the model and its scores stay."""

    REEVALUATE = 2
    """The trained model stays, what is measured or decided changes."""

    RETRAIN = 3
    """Another model comes out."""

    @property
    def title(self) -> str:
        """For people."""
        return _TITLES[self]


_TITLES = {
    Effect.NOTHING: "nothing",
    Effect.METADATA: "metadata only",
    Effect.REEVALUATE: "re-evaluate",
    Effect.RETRAIN: "retrain",
}


@dataclass(frozen=True)
class Change:
    """One change. `before` and `after` are as people read them; empty where there was, or is, nothing."""

    path: str
    """`router.learning_rate`; for a gate its measurement."""

    before: str
    after: str
    effect: Effect
    consequences: tuple[str, ...] = ()
    """`66 → 33 steps`, `memory 0.4 → 0.6 GiB`."""

    alarm: str | None = None
    """Why a reviewer must look: `loosened`, `removed`, `no longer pinned`, `more rows train`."""

    kind: str = ""
    """`gate`, `budget`, `policy`; empty for an attribute."""
