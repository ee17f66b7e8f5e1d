"""How far the people agree whose ratings a gate reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ftspec.evaluate.ratings import alpha


def agreement(lines: Sequence[Mapping[str, Any]]) -> str:
    """`2 raters, Krippendorff's α 0.61`, over the answers that differ; empty for items that nobody rated."""
    rated = [line for line in lines if line.get("raters") and line["given"].strip() != line["over"].strip()]
    if not rated:
        return ""
    people = list(zip(*(map(str, line["votes"]) for line in rated), strict=True))
    if len(people) < 2:
        return "1 rater"
    found = alpha(people)
    told = "cannot be computed: all said the same of everything" if found is None else f"{found:.2f}"
    return f"{len(people)} raters, Krippendorff's α {told}"
