"""The class of a row, or its classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LABEL, LABELS = "label", "labels"
"""What data calls it; the second where a row may be in several classes."""


def label_of(fields: Mapping[str, Any]) -> Any:
    """What the row's `label` says, or its `labels`; None where neither says anything."""
    label = fields.get(LABEL)
    return fields.get(LABELS) if label is None else label
