"""`dpo(...)`: direct preference optimization (Rafailov et al. 2023, arXiv:2305.18290)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from ftspec.kinds.objectives import Example, Job, Library, Objective
from ftspec.kinds.objectives._pairs import pair_columns, pair_lengths
from ftspec.kinds.objectives._reference import referenced
from ftspec.spec.data import Format

if TYPE_CHECKING:
    from transformers import Trainer

    from ftspec.plan.steps import Train

Loss = Literal[
    "sigmoid", "sigmoid_norm", "hinge", "ipo", "exo_pair", "nca_pair", "robust", "bco_pair", "sppo_hard",
    "aot", "aot_unpaired", "apo_zero", "apo_down", "discopop", "sft",
]  # fmt: skip
"""The losses of TRL's `DPOConfig`."""

_SMOOTHED = ("robust", "exo_pair", "aot", "aot_unpaired")


class Dpo(Objective):
    """Learns to prefer the chosen answer to the rejected one, measured from the model it starts from.

    Nothing is dropped out in training, as in TRL: the two log-probabilities of an answer could not be compared.
    """

    formats: ClassVar[frozenset[Format]] = frozenset({"preference"})
    sequences: ClassVar[int] = 2
    reads_reference: ClassVar[bool] = True
    several_devices: ClassVar[bool] = True
    library: ClassVar[Library | None] = Library("trl", "DPOTrainer", "DPOConfig")
    valid: ClassVar[tuple[str, ...]] = (
        "dpo()",
        "dpo(beta = 0.1)",
        "dpo(loss = ipo)",
        "dpo(loss = robust, label_smoothing = 0.1)",
    )
    invalid: ClassVar[tuple[str, ...]] = (
        "dpo(beta = 0)",
        "dpo(loss = logistic)",
        "dpo(loss = exo_pair)",
        "dpo(label_smoothing = 0.1)",
    )

    beta: float = Field(default=0.1, gt=0)
    """How strongly the model is held to the reference."""

    loss: Loss = "sigmoid"
    """One of TRL's losses."""

    label_smoothing: float = Field(default=0.0, ge=0, lt=0.5)
    """The share of pairs that may be the wrong way round, for `robust`, `exo_pair` and the `aot` losses."""

    @model_validator(mode="after")
    def _smoothed(self) -> Self:
        if self.loss == "exo_pair" and not self.label_smoothing:
            raise ValueError("exo_pair needs label_smoothing above 0; its paper takes 0.001")
        if self.label_smoothing and self.loss not in _SMOOTHED:
            raise ValueError(f"{self.loss} knows no label_smoothing; {', '.join(_SMOOTHED)} do")
        return self

    def columns(self, examples: Sequence[Example]) -> dict[str, list[Any]]:
        """Prompt, chosen and rejected answer."""
        return pair_columns(examples)

    def lengths(self, columns: Mapping[str, list[Any]]) -> list[int]:
        """Both sequences of each pair."""
        return pair_lengths(columns)

    def settings(self, step: Train) -> dict[str, Any]:
        """Of `DPOConfig`."""
        return {
            "beta": self.beta,
            "loss_type": [self.loss],
            "label_smoothing": self.label_smoothing,
            "max_length": None,
            "precompute_ref_log_probs": True,
        }

    def trainer(self, job: Job) -> Trainer:
        """TRL's `DPOTrainer`; what the reference says is taken once, before the first step."""
        from trl import DPOConfig, DPOTrainer

        arguments = DPOConfig(**job.arguments, **self.settings(job.step))
        return referenced(DPOTrainer, arguments, job, ("ref_chosen_logps", "ref_rejected_logps"))
