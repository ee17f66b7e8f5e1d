"""What is the same for every stage on a device, and why: attention, compilation, workers, threads."""

from __future__ import annotations

from typing import Literal

from ftspec.compile.lower.draft import Chosen, Draft
from ftspec.plan.facts import ModelFacts, Target

Attention = Literal["eager", "sdpa", "flash_attention_2"]


def choose_attention(draft: Draft, path: str, packing: bool, model: ModelFacts) -> Attention:
    """PyTorch's own: it has the flash and the memory-efficient kernels, and needs no package beside it."""
    if not model.sdpa:
        reason = f"transformers has no fused kernels for `{model.architecture}`"
        plain: Attention = draft.chosen(f"{path}.attention", Chosen("eager", reason))
        return plain
    rows = "row by row, so that packed rows need no mask" if packing else "with a mask for padding"
    chosen: Attention = draft.chosen(f"{path}.attention", Chosen("sdpa", f"PyTorch's fused kernels, {rows}"))
    return chosen


def note_kernels(draft: Draft, path: str, target: Target) -> None:
    """Choices that the executor makes for every stage alike."""
    reason = "micro batches differ in length, and each length would be compiled anew"
    draft.chosen(f"{path}.torch_compile", Chosen(False, reason))
    draft.chosen(f"{path}.dataloader_workers", Chosen(0, "rows are tokenized before training: nothing is left to load"))
    if target.kind == "cpu":
        draft.chosen(f"{path}.threads", Chosen(target.cores, "one for each core that this process may use"))
