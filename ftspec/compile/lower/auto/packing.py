"""Whether rows share a sequence."""

from __future__ import annotations

from ftspec.compile.codes import UNPACKABLE
from ftspec.compile.defaults import method_of, objective_of
from ftspec.compile.lower.draft import Chosen, Draft
from ftspec.compile.rules.unpackable import LEAVE_OUT
from ftspec.plan.facts import ModelFacts
from ftspec.spec.train import Train as TrainBlock


def choose_packing(draft: Draft, path: str, block: TrainBlock, model: ModelFacts) -> bool:
    """As the spec says, where the model can; else wherever objective, method and model let rows share a sequence."""
    if block.packing == "auto":
        return bool(draft.chosen(path, _of_stage(block, model)))
    if block.packing and not model.packs:
        message = f"`{model.architecture}` would let rows that share a sequence see each other"
        draft.report(UNPACKABLE, message, path, LEAVE_OUT)
    return draft.said(path, block.packing)


def _of_stage(block: TrainBlock, model: ModelFacts) -> Chosen:
    if not objective_of(block).packs:
        return Chosen(False, "this objective needs each row alone")
    if not method_of(block).packs:
        return Chosen(False, f"`{method_of(block).keyword()}` needs each row alone")
    if not model.packs:
        return Chosen(False, f"`{model.architecture}` does not keep rows of one sequence apart")
    return Chosen(True, "rows share a sequence without padding, each seeing only itself")
