"""What the methods of PEFT that adapt chosen matrices have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from ftspec.kinds.methods import Unfit
from ftspec.kinds.methods._modules import Matrix, patterns, select, stores_transposed
from ftspec.kinds.methods._peft import PeftMethod
from ftspec.plan.facts import ModelFacts
from ftspec.plan.steps import Adaptation
from ftspec.spec.types import FieldName


class Targeted(PeftMethod):
    """Adds parameters to each of the matrices that `targets` names."""

    config: ClassVar[str]
    """PEFT's config."""

    takes_transposed: ClassVar[bool] = False
    """Whether it knows GPT-2's `Conv1D`, which stores weights as (in, out)."""

    targets: Literal["all_linear", "attention"] | tuple[FieldName, ...] = "all_linear"
    """The linear modules of all layers, those of the attention, or modules by name."""

    @model_validator(mode="after")
    def _some_targets(self) -> Self:
        if not self.targets:
            raise ValueError("targets names no module")
        return self

    def adaptation(self, facts: ModelFacts) -> Adaptation:
        """The targets by their full names, with `size` parameters each."""
        if stores_transposed(facts) and not self.takes_transposed:
            help = "lora and vera know them"
            raise Unfit(f"{self.keyword()} cannot adapt the Conv1D modules of {facts.architecture}", help)
        chosen = select(facts, self.targets)
        added = sum(self.size(matrix) for matrix in chosen)
        arguments = {"target_modules": patterns(facts, chosen), **self.peft_arguments()}
        if self.takes_transposed:
            arguments["fan_in_fan_out"] = stores_transposed(facts)
        return Adaptation(
            trainable=added,
            added=added,
            modules=tuple(matrix.module for matrix in chosen),
            peft={"config": self.config, "arguments": arguments},
            note=f"{self.keyword()} {self.title} on {len(chosen)} matrices",
        )

    @property
    @abstractmethod
    def title(self) -> str:
        """Its size in a word: `r16 α32`."""

    @abstractmethod
    def size(self, matrix: Matrix) -> int:
        """Trainable parameters for one matrix. Raises `Unfit` where its shape does not do."""

    @abstractmethod
    def peft_arguments(self) -> dict[str, Any]:
        """The arguments of PEFT's config, the targets aside."""
