"""The number format of the computation."""

from __future__ import annotations

from ftspec.compile.lower.draft import Chosen, Draft
from ftspec.plan.facts import ModelFacts, Target
from ftspec.spec.model import Precision
from ftspec.spec.types import Auto


def choose_precision(draft: Draft, path: str, said: Precision | Auto) -> Precision:
    """A model's own format: as the spec says, else bf16 where a GPU computes in it, else fp32."""
    if said != "auto":
        return draft.said(path, said)
    chosen: Precision = draft.chosen(path, _of_model(draft.facts.target))
    return chosen


def choose_training_precision(
    draft: Draft, path: str, said: Precision | Auto, model: ModelFacts, packing: bool
) -> Precision:
    """The format that a stage computes in: as the spec says, else bf16 where the device has it and it is faster.

    On processors oneDNN (in torch 2.13) compiles bf16 kernels for every length of a batch and keeps them. Packed rows
    are rounded up to a few lengths (`ftspec/kinds/objectives/_few_lengths.py`), and bf16 then takes two fifths of the
    time of fp32. Elsewhere lengths have no end, and neither has what the kernels take.
    """
    if said != "auto":
        return draft.said(path, said)
    target = draft.facts.target
    choice = _of_model(target)
    if target.kind == "cpu" and target.bf16:
        choice = _on_processor(model, packing)
    chosen: Precision = draft.chosen(path, choice)
    return chosen


def _on_processor(model: ModelFacts, packing: bool) -> Chosen:
    if not packing or model.experts:
        what = "each expert reads" if packing else "micro batches have"
        return Chosen("fp32", f"{what} another number of tokens each time, and bf16 kernels are kept for every one")
    return Chosen("bf16", "the processor computes in bf16, in two fifths of the time of fp32")


def _of_model(target: Target) -> Chosen:
    if target.kind == "cpu":
        reason = "weights at rest are read once" if target.bf16 else "the processor has no bf16 arithmetic"
        return Chosen("fp32", reason)
    if target.bf16:
        return Chosen("bf16", f"{target.name} has native bf16")
    return Chosen("fp32", f"{target.name} has no native bf16")
