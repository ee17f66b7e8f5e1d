"""`ia3(...)`: scaling of inner activations (Liu et al. 2022, arXiv:2205.05638)."""

from __future__ import annotations

from typing import ClassVar, Literal

from ftspec.kinds.methods import Unfit
from ftspec.kinds.methods._modules import Matrix, ends_with, forward_out, linears, patterns, select, stores_transposed
from ftspec.kinds.methods._peft import PeftMethod
from ftspec.plan.facts import ModelFacts
from ftspec.plan.steps import Adaptation
from ftspec.spec.types import FieldName

_KEYS_AND_VALUES = (
    "k_proj", "v_proj", "key", "value", "k_lin", "v_lin", "query_key_value", "qkv_proj", "Wqkv", "c_attn",
)  # fmt: skip


class Ia3(PeftMethod):
    """Scales the keys, the values and the inner activations of the feed-forward layers by learned vectors."""

    usual_learning_rate: ClassVar[float] = 3e-3
    usual_rates: ClassVar[tuple[float, float]] = (1e-4, 1e-1)
    valid: ClassVar[tuple[str, ...]] = ("ia3()", "ia3(targets = [q_proj, down_proj], feedforward = [down_proj])")
    invalid: ClassVar[tuple[str, ...]] = ("ia3(rank = 8)", "ia3(targets = everything)")

    targets: Literal["auto"] | tuple[FieldName, ...] = "auto"
    """Modules by name; by default keys, values and the second feed-forward matrix of each layer."""

    feedforward: Literal["auto"] | tuple[FieldName, ...] = "auto"
    """Those of the targets whose inputs are scaled, rather than their outputs."""

    def adaptation(self, facts: ModelFacts) -> Adaptation:
        """A vector over the outputs of each target, over the inputs of the feed-forward ones."""
        if self.targets == () or self.feedforward == ():
            empty = "targets" if self.targets == () else "feedforward"
            raise Unfit(f"{empty} names no module", "leave it out for the usual ones", empty)
        chosen, forward = self._chosen(facts), self._forward(facts)
        beside = next((each.module for each in forward if each not in chosen), None)
        if self.feedforward != "auto" and beside is not None:
            help = "name it in both: `ia3(targets = [k_proj, v_proj, down_proj], feedforward = [down_proj])`"
            raise Unfit(f"{beside} is in `feedforward`, and none of the targets", help, "feedforward")
        inner = {matrix.module for matrix in forward} & {matrix.module for matrix in chosen}
        added = sum(matrix.inputs if matrix.module in inner else matrix.outputs for matrix in chosen)
        arguments = {
            "target_modules": patterns(facts, chosen),
            "feedforward_modules": patterns(facts, [each for each in chosen if each.module in inner]),
            "fan_in_fan_out": stores_transposed(facts),
        }
        return Adaptation(
            trainable=added,
            added=added,
            modules=tuple(matrix.module for matrix in chosen),
            peft={"config": "IA3Config", "arguments": arguments},
            note=f"ia3 on {len(chosen)} matrices",
        )

    def _chosen(self, facts: ModelFacts) -> tuple[Matrix, ...]:
        if self.targets != "auto":
            return select(facts, self.targets)
        return (*self._keys_and_values(facts), *self._forward(facts))

    def _forward(self, facts: ModelFacts) -> tuple[Matrix, ...]:
        if self.feedforward != "auto":
            return select(facts, self.feedforward)
        return _some(forward_out(facts), facts)

    def _keys_and_values(self, facts: ModelFacts) -> tuple[Matrix, ...]:
        named = (m for m in linears(facts) if any(ends_with(m.module, name) for name in _KEYS_AND_VALUES))
        return _some(tuple(named), facts)


def _some(found: tuple[Matrix, ...], facts: ModelFacts) -> tuple[Matrix, ...]:
    if not found:
        help = "name its modules: ia3(targets = […], feedforward = […])"
        raise Unfit(f"the matrices that IA³ scales have unknown names in {facts.architecture}", help, "targets")
    return found
