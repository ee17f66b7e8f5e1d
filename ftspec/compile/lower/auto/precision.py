"""The number format of the computation."""

from __future__ import annotations

from typing import Literal

from ftspec.compile.lower.draft import Chosen, Draft
from ftspec.plan.facts import Target
from ftspec.spec.model import Precision
from ftspec.spec.types import Auto


def choose_precision(draft: Draft, path: str, said: Precision | Auto) -> Precision:
    """As the spec says, else bf16 where the device computes in it, else fp32."""
    if said != "auto":
        return draft.said(path, said)
    chosen: Precision = draft.chosen(path, _for(draft.facts.target))
    return chosen


def _for(target: Target) -> Chosen:
    if target.kind == "cpu":
        value: Literal["fp32"] = "fp32"
        return Chosen(value, "processors compute fp32 fastest unless they have bf16 matrix units")
    if target.bf16:
        return Chosen("bf16", f"{target.name} has native bf16")
    return Chosen("fp32", f"{target.name} has no native bf16")
