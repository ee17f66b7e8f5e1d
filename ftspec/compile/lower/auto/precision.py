"""The number format of the computation."""

from __future__ import annotations

from ftspec.compile.lower.draft import Chosen, Draft
from ftspec.plan.facts import Target
from ftspec.spec.model import Precision
from ftspec.spec.types import Auto


def choose_precision(draft: Draft, path: str, said: Precision | Auto) -> Precision:
    """As the spec says, else bf16 where a GPU computes in it, else fp32.

    On processors with bf16 instructions a stage takes a fifth less time in bf16, but oneDNN (in torch 2.13) keeps
    compiled kernels for every length of a batch that it meets: 350 MiB more after 60 lengths, without an end. What a
    plan says of memory would not hold, so bf16 is only taken there when the spec names it.
    """
    if said != "auto":
        return draft.said(path, said)
    chosen: Precision = draft.chosen(path, _for(draft.facts.target))
    return chosen


def _for(target: Target) -> Chosen:
    if target.kind == "cpu":
        reason = "bf16 kernels, kept for every length, fill the memory" if target.bf16 else "it has no bf16 arithmetic"
        return Chosen("fp32", reason)
    if target.bf16:
        return Chosen("bf16", f"{target.name} has native bf16")
    return Chosen("fp32", f"{target.name} has no native bf16")
