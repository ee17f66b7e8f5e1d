"""`distill(...)`: a student learns what a teacher finds likely (Hinton et al. 2015; Agarwal et al. 2024, GKD)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from ftspec.kinds.methods import Unfit
from ftspec.kinds.objectives import Example, Job, Objective
from ftspec.kinds.objectives._tokens import token_columns, token_lengths
from ftspec.plan.heads import is_stateful
from ftspec.spec.data import Format
from ftspec.spec.types import Share, To

if TYPE_CHECKING:
    from transformers import Trainer

    from ftspec.kinds.methods import Method
    from ftspec.plan.facts import ModelFacts
    from ftspec.plan.steps import Adaptation


class Distill(Objective):
    """Learns the teacher's distribution over each next token of the answer, in place of the one token of the row.

    Off-policy the answers are those of the rows (or of a teacher, with `sampled(...)` data); on-policy the student
    draws them itself, and learns what the teacher would have said (arXiv:2306.13649). Both must have one tokenizer.
    """

    formats: ClassVar[frozenset[Format]] = frozenset({"prompt_completion", "chat", "text"})
    valid: ClassVar[tuple[str, ...]] = (
        "distill(teacher = large)",
        "distill(teacher = large, temperature = 2.0, divergence = reverse)",
        "distill(teacher = large, divergence = generalized, beta = 0.5, on_policy = 50%)",
    )
    invalid: ClassVar[tuple[str, ...]] = (
        "distill()",
        "distill(teacher = large, beta = 1)",
        "distill(teacher = large, temperature = 0)",
    )

    teacher: Annotated[str, To("model")] | Annotated[str, To("train")]
    """A `model` block as it is, or a train."""

    temperature: float = Field(default=1.0, gt=0)
    """Both distributions are softened by it; gradients keep their size."""

    divergence: Literal["forward", "reverse", "generalized"] = "forward"
    """KL(teacher ‖ student) covers what the teacher does, KL(student ‖ teacher) keeps to what it does most; the
    generalized Jensen–Shannon divergence lies between."""

    beta: float = Field(default=0.5, gt=0, lt=1)
    """Where the generalized divergence lies: near 0 like forward, near 1 like reverse."""

    on_policy: Share = 0.0
    """The share of batches whose answers the student draws; TRL's `lmbda`."""

    max_new_tokens: int = Field(default=64, ge=1)
    """Where an answer that the student draws is cut."""

    def makers(self) -> tuple[str, ...]:
        """The teacher."""
        return (self.teacher,)

    def adaptation(self, method: Method, facts: ModelFacts) -> Adaptation:
        """What the method trains. Raises `Unfit` where the student must draw many answers at once and cannot."""
        if self.on_policy and is_stateful(facts):
            message = f"`on_policy` draws answers to many prompts at once, which {facts.architecture} cannot"
            raise Unfit(f"{message}: its state goes through what pads them", "leave `on_policy` out")
        if self.on_policy and not method.packs:
            message = f"`on_policy` draws answers to many prompts at once, which `{method.keyword()}` cannot"
            raise Unfit(message, "use `lora()`, or another method that puts nothing before the rows; or leave it out")
        return method.adaptation(facts)

    def columns(self, examples: Sequence[Example]) -> dict[str, list[Any]]:
        """Token ids and labels."""
        return token_columns(examples)

    def lengths(self, columns: Mapping[str, list[Any]]) -> list[int]:
        """The ids of each row."""
        return token_lengths(columns)

    def trainer(self, job: Job) -> Trainer:
        """TRL's `SFTTrainer` on the divergence in place of the cross-entropy."""
        from ftspec.kinds.objectives._distill import distill_trainer

        return distill_trainer(job, self)
