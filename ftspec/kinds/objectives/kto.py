"""`kto(...)`: Kahneman-Tversky optimization (Ethayarajh et al. 2024, arXiv:2402.01306)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from ftspec.kinds.objectives import Example, Job, Library, Objective
from ftspec.kinds.objectives._order import Order
from ftspec.kinds.objectives._pairs import last_answer
from ftspec.kinds.objectives._reference import referenced
from ftspec.kinds.verdicts import verdict
from ftspec.spec.data import Format

if TYPE_CHECKING:
    from transformers import Trainer

    from ftspec.plan.steps import Train


class Kto(Objective):
    """Learns from single answers that were found good or bad, measured from the model it starts from."""

    formats: ClassVar[frozenset[Format]] = frozenset({"unpaired"})
    reads_reference: ClassVar[bool] = True
    reads_rows: ClassVar[bool] = True
    smallest_micro_batch: ClassVar[int] = 2
    several_devices: ClassVar[bool] = True
    library: ClassVar[Library | None] = Library("trl", "KTOTrainer", "KTOConfig")
    valid: ClassVar[tuple[str, ...]] = (
        "kto()",
        "kto(beta = 0.1, undesirable_weight = 1.5)",
        "kto(loss = apo_zero_unpaired)",
    )
    invalid: ClassVar[tuple[str, ...]] = ("kto(beta = 0)", "kto(loss = sigmoid)")

    beta: float = Field(default=0.1, gt=0)
    """How strongly the model is held to the reference."""

    loss: Literal["kto", "apo_zero_unpaired"] = "kto"
    """KTO, or APO's loss for single answers (arXiv:2408.06266)."""

    desirable_weight: float = Field(default=1.0, gt=0)
    """The weight of good answers; raise it where there are few of them."""

    undesirable_weight: float = Field(default=1.0, gt=0)
    """The weight of bad answers."""

    def misfit(self, fields: Mapping[str, Any], answer: str) -> tuple[str, str] | None:
        """Rows whose label does not say whether the answer was found good."""
        if verdict(label := fields.get("label")) is not None:
            return None
        what = "without a label" if label is None else f"with the label {label!r}"
        return what, "write true for an answer that was found good, and false for one that was not"

    def columns(self, examples: Sequence[Example]) -> dict[str, list[Any]]:
        """Prompt, answer, whether it was found good (the row's `label`), and an answer to another prompt.

        From the last TRL estimates how far the model has moved. It pairs the rows of a micro batch; here each row
        keeps one partner, by a hash, so that what the reference says of the two is taken once.
        """
        parts = [last_answer(example.sequences[0]) for example in examples]
        made: dict[str, list[Any]] = {
            "prompt_ids": [prompt for prompt, _ in parts],
            "completion_ids": [answer for _, answer in parts],
            "label": [verdict(example.fields.get("label")) is True for example in examples],
        }
        if self.loss == "kto":
            answers = made["completion_ids"]
            made["KL_completion_ids"] = [answers[partner] for partner in _partners(len(parts))]
        return made

    def lengths(self, columns: Mapping[str, list[Any]]) -> list[int]:
        """Prompt and answer."""
        rows = zip(columns["prompt_ids"], columns["completion_ids"], strict=True)
        return [len(prompt) + len(answer) for prompt, answer in rows]

    def settings(self, step: Train) -> dict[str, Any]:
        """Of `KTOConfig`."""
        return {
            "beta": self.beta,
            "loss_type": self.loss,
            "desirable_weight": self.desirable_weight,
            "undesirable_weight": self.undesirable_weight,
            "max_length": None,
            "train_sampling_strategy": "sequential",
            "precompute_ref_log_probs": True,
        }

    def trainer(self, job: Job) -> Trainer:
        """TRL's `KTOTrainer`; what the reference says is taken once, before the first step."""
        from trl import KTOConfig, KTOTrainer

        arguments = KTOConfig(**job.arguments, **self.settings(job.step))
        columns = ("ref_logps", "ref_KL_logps") if self.loss == "kto" else ("ref_logps",)
        return referenced(KTOTrainer, arguments, job, columns)


def _partners(count: int) -> list[int]:
    """For each row the one before it in an order by hash, which knows nothing of what the rows say."""
    [order] = Order([0] * count, max(1, count), 1, 0, level=False).steps(0) or [[]]
    partners = [0] * count
    for place, row in enumerate(order):
        partners[row] = order[place - 1]
    return partners
