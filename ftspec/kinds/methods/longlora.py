"""`longlora(...)`: LoRA for long rows, with shifted sparse attention (Chen et al. 2023, arXiv:2309.12307).

While it trains, half of the heads attend within groups of neighbouring tokens, and the other half within groups that
lie half a group further on; a trained model attends to everything, as it always did. Norms train beside the adapter,
and so does the embedding where the head does not share its weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from ftspec.errors import CannotRun
from ftspec.kinds.methods import Unfit
from ftspec.kinds.methods._shifted import attend_in_groups, known_heads
from ftspec.kinds.methods.ln_tuning import is_norm
from ftspec.kinds.methods.lora import Lora
from ftspec.plan.heads import READERS
from ftspec.spec.types import FieldName

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from ftspec.plan.facts import ModelFacts
    from ftspec.plan.steps import Adaptation


_INSTEAD = "use `lora()`, and `gradient_checkpointing = true` for memory"


class LongLora(Lora):
    """LoRA whose rows attend in shifted groups, so that memory and time grow with their length and not its square.

    How long a row may be is the model's: `rope_scaling = linear(factor = 4)` in its block stretches its positions, by
    interpolation as in the paper.
    """

    packs: ClassVar[bool] = False
    alone: ClassVar[str] = "divides every row into groups that attend within themselves"
    valid: ClassVar[tuple[str, ...]] = ("longlora()", "longlora(rank = 8, group = 2048)")
    invalid: ClassVar[tuple[str, ...]] = ("longlora(group = 0)", "longlora(group = 7)", "longlora(variant = dora)")

    targets: Literal["all_linear", "attention"] | tuple[FieldName, ...] = "attention"
    """The linear modules of the attention as in the paper, those of all layers, or modules by name."""

    variant: None = None  # type: ignore[assignment]
    """Plain LoRA alone, as in the paper."""

    group: int = Field(default=2048, ge=2, multiple_of=2)
    """Tokens that attend to one another; a quarter of the longest row in the paper."""

    @property
    def is_plain(self) -> bool:
        """Not so: no library shifts attention."""
        return False

    def adaptation(self, facts: ModelFacts) -> Adaptation:
        """Of LoRA, with norms and embedding beside it. Raises `Unfit` where heads do not come in halves."""
        writes = facts.architecture.endswith(("CausalLM", "LMHeadModel")) and facts.kind not in READERS
        if not writes or "mamba" in facts.kind:
            raise Unfit(f"{facts.architecture} does not attend from left to right", "use `lora()`")
        if facts.window or not facts.sdpa:
            what = f"attends through a window of {facts.window} tokens" if facts.window else "has attention of its own"
            raise Unfit(f"{facts.architecture} {what}, which cannot be shifted", _INSTEAD)
        if facts.heads % 2 or facts.kv_heads % 2:
            message = f"shifted attention takes half of the heads, and {facts.architecture} has {facts.kv_heads}"
            raise Unfit(f"{message} for keys and values", _INSTEAD)
        beside = {*self.modules_to_save, *_beside(facts)}
        whole = self.model_copy(update={"modules_to_save": tuple(sorted(beside))})
        planned = super(LongLora, whole).adaptation(facts)
        return planned.model_copy(update={"note": f"{planned.note} in groups of {self.group}"})

    def apply(self, model: PreTrainedModel, adaptation: Adaptation) -> Any:
        """The model with its adapter, attending in groups. Raises `CannotRun` for attention that it cannot shift."""
        if not known_heads(model):
            raise CannotRun(
                f"{type(model).__name__} has attention that cannot be shifted: a sliding window, or none of PyTorch's",
                help=_INSTEAD,
            )
        attend_in_groups(model, self.group)
        return super().apply(model, adaptation)


def _beside(facts: ModelFacts) -> tuple[str, ...]:
    """The norms, and the embedding where it is no head too, by the last part of their names."""
    names = [t.module for t in facts.tensors if len(t.shape) == 1 and is_norm(t.module)]
    if not facts.tied:
        names += [t.module for t in facts.tensors if t.module.rpartition(".")[2] in ("embed_tokens", "wte", "embed_in")]
    return tuple(dict.fromkeys(name.rpartition(".")[2] for name in names))
