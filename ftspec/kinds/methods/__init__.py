"""Methods: what is trained. One file a method."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ftspec.spec.kind import Kind

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel, Trainer

    from ftspec.plan.facts import ModelFacts
    from ftspec.plan.steps import Adaptation, CallRecord


class Unfit(Exception):
    """Raised by `adaptation` when the method cannot be used on a model; becomes a diagnostic at `argument`."""

    def __init__(self, message: str, help: str, argument: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.argument = argument


class Method(Kind):
    """What is trained, and how it is built."""

    usual_learning_rate: ClassVar[float]
    """The rate that `learning_rate = auto` stands for."""

    usual_rates: ClassVar[tuple[float, float]]
    """Rates outside this range get advice."""

    has_adapter: ClassVar[bool] = True
    """Whether the result can be kept apart from the base model."""

    mergeable: ClassVar[bool] = True
    """Whether the result can be folded into the base model's own weights."""

    trains_quantized: ClassVar[bool] = True
    """Whether the base model's weights may be quantized."""

    packs: ClassVar[bool] = True
    """Whether several rows may share a sequence: not where the method puts something before each row."""

    alone: ClassVar[str] = "puts virtual tokens before every row"
    """Why not, where it does not pack."""

    reads_rows: ClassVar[bool] = False
    """Whether it depends on what a row says whether it can learn from it."""

    recomputes: ClassVar[bool] = True
    """Whether activations may be recomputed rather than kept (`gradient_checkpointing`)."""

    @property
    def virtual_tokens(self) -> int:
        """How much of the context stands before every row."""
        return 0

    def over_quantized(self, quantization: str) -> tuple[str, str] | None:
        """What stands against weights stored like that below it, and the remedy; None where nothing does."""
        if self.trains_quantized:
            return None
        help = "use `qlora()`, which trains an adapter beside them, or drop the quantization"
        return f"`{self.keyword()}` trains weights that are quantized", help

    @property
    def resumes(self) -> bool:
        """Whether training can go on from a checkpoint; where not, a stopped stage starts again."""
        return True

    @property
    def goes_on(self) -> bool:
        """Whether a later stage can go on training what `save` wrote: not where that is another form of it."""
        return self.has_adapter and self.resumes

    @property
    def switches(self) -> bool:
        """Whether the adapted model, its adapter switched off, is the model as it was before."""
        return False

    @property
    def is_plain(self) -> bool:
        """Whether a script with PEFT and TRL alone can do all of it."""
        return True

    def quantization(self) -> CallRecord | None:
        """The quantization that the method brings along."""
        return None

    def optimizer(self) -> CallRecord | None:
        """The optimizer that the method brings along; used on devices that have it."""
        return None

    def misfit(self, text: str) -> tuple[str, str] | None:
        """What stands against a row, as it follows "2 rows of …", and the remedy; None where it can be used."""
        return None

    @property
    def scales(self) -> tuple[float, ...]:
        """What its update is multiplied by, for each alpha and rank it has; nothing where it has none."""
        return ()

    def idle(self, facts: ModelFacts) -> tuple[str, str, str] | None:
        """What of it can do nothing in a model, the remedy, and the argument to blame; None where all of it works."""
        return None

    @abstractmethod
    def adaptation(self, facts: ModelFacts) -> Adaptation:
        """What becomes trainable in this model. Raises `Unfit` when the method cannot be used on it."""

    @abstractmethod
    def apply(self, model: PreTrainedModel, adaptation: Adaptation) -> Any:
        """The model with exactly the planned parameters trainable, new ones included."""

    def begin(self, trainer: Trainer) -> None:
        """Before the first step of a training that is not gone on with: starts that need data, or the steps to come."""

    def stepped(self, model: Any, step: int) -> None:
        """After optimizer step `step`, while its gradients are still there."""

    def penalty(self, model: Any) -> Tensor | None:
        """What is added to the loss of every optimizer step."""
        return None

    def rate_factor(self, parameter: str) -> float:
        """By how much the learning rate of a parameter differs from the stage's."""
        return 1.0

    def save(self, model: Any, folder: Path) -> None:
        """Write what was trained."""
        # Of an embedding with new tokens their rows alone: all others are the base model's.
        new_rows = getattr(getattr(model, "active_peft_config", None), "trainable_token_indices", None)
        model.save_pretrained(str(folder), **({"save_embedding_layers": False} if new_rows else {}))

    def attach(self, model: Any, folder: Path, trainable: bool = False) -> Any:
        """The model with what `save` wrote, for methods with an adapter."""
        from peft import PeftConfig, PeftModel

        config = PeftConfig.from_pretrained(str(folder))
        if config.task_type == "CAUSAL_LM" and not model.can_generate():
            config.task_type = None  # of a language model, below a head that scores
        config.inference_mode = not trainable
        return PeftModel.from_pretrained(
            model, str(folder), config=config, is_trainable=trainable, torch_device=str(model.device)
        )
