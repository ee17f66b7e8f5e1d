"""`freeze(train = ...)`: some of the model's own weights train, the rest is frozen (Howard and Ruder 2018)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import Field, field_validator

from ftspec.kinds.methods import Unfit
from ftspec.kinds.methods._own import OwnWeights
from ftspec.kinds.registry import make
from ftspec.kinds.selections import Selection
from ftspec.spec.kind import Kind
from ftspec.spec.types import FieldName, Of

if TYPE_CHECKING:
    from ftspec.plan.facts import ModelFacts, Tensor
    from ftspec.plan.steps import Adaptation


class Freeze(OwnWeights):
    """Trains the chosen part of the model's own weights."""

    valid: ClassVar[tuple[str, ...]] = (
        "freeze(train = last(4))",
        'freeze(train = ["layers.3", norm])',
        "freeze(train = [lm_head])",
    )
    invalid: ClassVar[tuple[str, ...]] = ("freeze()", "freeze(train = 4)", "freeze(train = [])")

    train: Annotated[Kind, Of("selections")] | Annotated[tuple[FieldName, ...], Field(min_length=1)]
    """`last(n)` layers, or parts of the model by name: `lm_head`, `"layers.3"`, `q_proj`."""

    @field_validator("train", mode="before")
    @classmethod
    def _from_plan(cls, value: Any) -> Any:
        return make("selections", value) if isinstance(value, dict) else value

    def adaptation(self, facts: ModelFacts) -> Adaptation:
        """The tensors that stay trainable, by their full names."""
        from ftspec.plan.steps import Adaptation

        chosen = self._chosen(facts)
        trainable = sum(tensor.size for tensor in chosen)
        names = tuple(tensor.name for tensor in chosen)
        return Adaptation(
            trainable=trainable, added=0, modules=names, note=f"{len(names)} of {len(facts.tensors)} tensors"
        )

    def _chosen(self, facts: ModelFacts) -> tuple[Tensor, ...]:
        if isinstance(self.train, Kind):
            assert isinstance(self.train, Selection)
            chosen = self.train.tensors(facts)
            if not chosen:
                raise Unfit(
                    f"{facts.architecture} has no numbered layers", "name what trains: train = [lm_head]", "train"
                )
            return chosen
        for name in self.train:
            if not any(_means(name, tensor) for tensor in facts.tensors):
                raise Unfit(f"{facts.architecture} has no part named {name}", _existing(facts, name), "train")
        return tuple(t for t in facts.tensors if any(_means(name, t) for name in self.train))


def _means(name: str, tensor: Tensor) -> bool:
    """Whether the parts of `name` stand side by side in the tensor's name: `layers.3` is not in `layers.31`."""
    return f".{name}." in f".{tensor.name}."


def _existing(facts: ModelFacts, name: str) -> str:
    if name == "lm_head" and facts.tied:
        return "its head is tied to the embedding: name that, or use head(), which gives the head weights of its own"
    parts = dict.fromkeys(part for t in facts.tensors for part in t.module.split(".") if not part.isdigit())
    return f"its parts are {', '.join(parts)}"
