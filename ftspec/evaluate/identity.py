"""What a measurement depends on, as digests: the same digest means the same scores, and nothing is taken twice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftspec.plan.canonical import value_digest
from ftspec.plan.steps import Generation, Measurement

if TYPE_CHECKING:
    from ftspec.data import Row
    from ftspec.kinds.metrics import Need

VERSION = 1
"""Raised when observers or columns change what they give for the same input."""


def rows_digest(rows: Sequence[Row]) -> str:
    """SHA-256 over what the rows say, in order."""
    digest = hashlib.sha256()
    for row in rows:
        turns = [(turn.role, turn.text, turn.trains) for turn in row.turns]
        digest.update(repr((row.item, turns)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def observation_digest(
    need: Need, settings: Mapping[str, Any], rows: Sequence[str], subject: str, generation: Generation
) -> str:
    """What is observed: need and settings, rows, model, and how answers are generated."""
    return value_digest(
        {
            "version": VERSION,
            "need": need.value,
            "settings": dict(settings),
            "rows": list(rows),
            "subject": subject,
            "generation": generation.model_dump(mode="json"),
        }
    )


def measurement_digest(measurement: Measurement, observation: str) -> str:
    """What is scored: an observation and the metric over it."""
    return value_digest({"metric": dict(measurement.metric), "observation": observation})
