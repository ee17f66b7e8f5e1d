"""What a layer's modules are to it: which inputs they share, and so which activations training keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from ftspec.plan.facts import ModelFacts
from ftspec.plan.steps import Adaptation


class Role(StrEnum):
    """The input that a linear module reads."""

    ATTENTION_IN = "attention_in"
    """The normalised residual stream: query, key, value."""

    ATTENTION_OUT = "attention_out"
    """The heads' outputs."""

    FORWARD_IN = "forward_in"
    """The normalised residual stream again: gate and up."""

    FORWARD_OUT = "forward_out"
    """The activated inner vector: down."""


_ROLES: Mapping[str, Role] = {
    **dict.fromkeys(("q_proj", "k_proj", "v_proj", "qkv_proj"), Role.ATTENTION_IN),
    **dict.fromkeys(("query", "key", "value", "query_key_value"), Role.ATTENTION_IN),
    **dict.fromkeys(("q_lin", "k_lin", "v_lin", "c_attn", "Wqkv"), Role.ATTENTION_IN),
    **dict.fromkeys(("o_proj", "out_proj", "out_lin", "attn.Wo", "attn.c_proj"), Role.ATTENTION_OUT),
    **dict.fromkeys(("self_attn.dense", "attention.dense", "self_attention.dense"), Role.ATTENTION_OUT),
    **dict.fromkeys(("attention.output.dense",), Role.ATTENTION_OUT),
    **dict.fromkeys(("gate_proj", "up_proj", "gate_up_proj", "fc1", "c_fc", "lin1"), Role.FORWARD_IN),
    **dict.fromkeys(("dense_h_to_4h", "intermediate.dense", "mlp.Wi", "fc_in"), Role.FORWARD_IN),
    **dict.fromkeys(("down_proj", "fc2", "mlp.c_proj", "lin2"), Role.FORWARD_OUT),
    **dict.fromkeys(("dense_4h_to_h", "output.dense", "mlp.Wo", "fc_out"), Role.FORWARD_OUT),
}
_LAYER = re.compile(r"\.(\d+)\.")


def role_of(module: str) -> Role | None:
    """The role of a module by the end of its name, the longest end that is known; None for anything else."""
    parts = module.split(".")
    for length in (3, 2, 1):
        found = _ROLES.get(".".join(parts[-length:]))
        if found is not None:
            return found
    return None


def targets_in_a_layer(facts: ModelFacts, adaptation: Adaptation) -> Mapping[Role, int]:
    """How many modules of each role an adapter sits on, in the layer that has most; all for a method without names."""
    return _counted(adaptation.modules or tuple(tensor.module for tensor in facts.linears))


@lru_cache(maxsize=64)
def _counted(modules: tuple[str, ...]) -> Mapping[Role, int]:
    counts: dict[str, dict[Role, int]] = {}
    for module in modules:
        layer, role = _LAYER.search(module), role_of(module)
        if layer and role:
            of_layer = counts.setdefault(layer.group(1), {})
            of_layer[role] = of_layer.get(role, 0) + 1
    return max(counts.values(), key=lambda each: sum(each.values()), default={})


def weights_in_a_layer(facts: ModelFacts) -> Mapping[Role, int]:
    """How many linear modules of each role the first layer has."""
    found: dict[Role, int] = {}
    for tensor in facts.linears:
        layer, role = _LAYER.search(tensor.name), role_of(tensor.module)
        if layer and layer.group(1) == "0" and role:
            found[role] = found.get(role, 0) + 1
    return found


def layers_with_gradient(facts: ModelFacts, adaptation: Adaptation) -> int:
    """Layers that keep activations: from the first one with something trainable to the last."""
    first = _first_layer(adaptation.modules)
    return 0 if first is None else facts.layers - first


@lru_cache(maxsize=64)
def _first_layer(names: tuple[str, ...]) -> int | None:
    """The first layer with something trainable; None where only the head trains."""
    if not names or any("embed" in name or "wte" in name for name in names):
        return 0
    return min((int(match.group(1)) for match in map(_LAYER.search, names) if match), default=None)
