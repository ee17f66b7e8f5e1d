"""Which modules of a model a method adapts, found from the names and shapes of its tensors alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ftspec.kinds.methods import Unfit
from ftspec.text.frozen import frozen

if TYPE_CHECKING:
    from ftspec.plan.facts import ModelFacts, Tensor

_TRANSPOSED = frozenset({"gpt2", "openai-gpt", "imagegpt", "decision_transformer"})
"""Models whose layers are `Conv1D`: their weights are stored (in, out), not (out, in)."""

_SHOWN = 12


@frozen
class Matrix:
    """A weight matrix that a method can adapt: the full name of its module, and its width on either side."""

    module: str
    inputs: int
    outputs: int
    embedding: bool = False


def linears(facts: ModelFacts) -> tuple[Matrix, ...]:
    """The linear modules of the layers.

    In a mixture of experts, those of the attention alone: PEFT cannot reach one expert's matrices, because
    transformers keeps all experts of a layer in one tensor, and a router is not a linear module.
    """
    found = (_matrix(tensor, facts) for tensor in facts.linears if not _out_of_reach(tensor, facts))
    only_attention = _has_experts(facts)
    return tuple(matrix for matrix in found if not only_attention or _in_attention(matrix.module))


def select(facts: ModelFacts, targets: str | Sequence[str]) -> tuple[Matrix, ...]:
    """The modules that `targets` names: `all_linear`, `attention`, or names that end a module's full name.

    Raises `Unfit` when a name matches nothing.
    """
    match targets:
        case "all_linear":
            chosen = linears(facts)
        case "attention":
            chosen = tuple(matrix for matrix in linears(facts) if _in_attention(matrix.module))
        case _:
            chosen = _named(facts, targets)
    if not chosen:
        raise Unfit(f"{facts.architecture} has no module for targets = {targets}", _existing(facts), "targets")
    return chosen


_ATTENTION_OUT = ("o_proj", "out_proj", "out_lin", "dense", "c_proj", "Wo")
_FORWARD_OUT = (
    "down_proj", "fc2", "fc_out", "dense_4h_to_h", "lin2", "mlp.c_proj", "mlp.Wo", "output.dense", "mlp.out_proj",
)  # fmt: skip


def attention_out(facts: ModelFacts) -> tuple[Matrix, ...]:
    """The last matrix of each layer's attention."""
    named = (matrix for matrix in linears(facts) if any(ends_with(matrix.module, name) for name in _ATTENTION_OUT))
    return tuple(matrix for matrix in named if _in_attention(matrix.module))


def forward_out(facts: ModelFacts) -> tuple[Matrix, ...]:
    """The last matrix of each layer's feed-forward part."""
    named = (matrix for matrix in linears(facts) if any(ends_with(matrix.module, name) for name in _FORWARD_OUT))
    return tuple(matrix for matrix in named if not _in_attention(matrix.module))


def patterns(facts: ModelFacts, chosen: Iterable[Matrix]) -> list[str]:
    """The shortest `target_modules` that select exactly `chosen` in PEFT, which compares the ends of names."""
    modules = {matrix.module for matrix in chosen}
    short = {module.rpartition(".")[2] for module in modules}
    reached = {tensor.module for tensor in facts.tensors if tensor.module.rpartition(".")[2] in short}
    return sorted(short if reached == modules else modules)


def stores_transposed(facts: ModelFacts) -> bool:
    """Whether the layers keep their weights as (in, out)."""
    return facts.kind in _TRANSPOSED


def ends_with(module: str, name: str) -> bool:
    """Whether a name as people write it, `q_proj` or `3.self_attn.q_proj`, means this module."""
    return module == name or module.endswith("." + name)


def copied(facts: ModelFacts, names: Sequence[str], argument: str) -> tuple[Tensor, ...]:
    """The tensors of the modules that train whole beside an adapter. Raises `Unfit` for a name that means none."""
    for name in names:
        if not any(ends_with(tensor.module, name) for tensor in facts.tensors):
            raise Unfit(_why_not(facts, name), _beside(facts, name), argument)
    return tuple(tensor for tensor in facts.tensors if any(ends_with(tensor.module, name) for name in names))


def _named(facts: ModelFacts, names: Sequence[str]) -> tuple[Matrix, ...]:
    outside = [_matrix(t, facts) for t in facts.tensors if _is_matrix(t) and t.module not in _layer_modules(facts)]
    candidates = [*linears(facts), *outside]
    for name in names:
        if not any(ends_with(matrix.module, name) for matrix in candidates):
            raise Unfit(_why_not(facts, name), _existing(facts), "targets")
    return tuple(matrix for matrix in candidates if any(ends_with(matrix.module, name) for name in names))


def _layer_modules(facts: ModelFacts) -> frozenset[str]:
    return frozenset(t.module for t in facts.tensors if any(part.isdigit() for part in t.module.split(".")))


def _why_not(facts: ModelFacts, name: str) -> str:
    if name == "lm_head" and facts.tied:
        return f"{facts.architecture} has no lm_head of its own: it is tied to the embedding"
    if any(ends_with(tensor.module, name) for tensor in facts.tensors):
        return f"{name} of {facts.architecture} is not a linear module that can be adapted"
    return f"`{facts.architecture}` has no module `{name}`"


def _beside(facts: ModelFacts, name: str) -> str:
    """What can train whole beside an adapter."""
    if name == "lm_head" and facts.tied:
        return "name the embedding, whose weights it reads, or adapt the layers alone"
    names = list(dict.fromkeys(tensor.module.rpartition(".")[2] for tensor in facts.tensors))
    return f"its modules are {', '.join(names[:_SHOWN])}" + (", …" if len(names) > _SHOWN else "")


def _existing(facts: ModelFacts) -> str:
    names = list(dict.fromkeys(matrix.module.rpartition(".")[2] for matrix in linears(facts)))
    shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    return f"its linear modules are {shown}" if names else "it has no linear modules"


def _is_matrix(tensor: Tensor) -> bool:
    return tensor.name.endswith(".weight") and len(tensor.shape) == 2


def _has_experts(facts: ModelFacts) -> bool:
    return any(len(tensor.shape) == 3 and "expert" in tensor.name for tensor in facts.tensors)


def _out_of_reach(tensor: Tensor, facts: ModelFacts) -> bool:
    """Whether PEFT refuses the module: the last matrix of a Mamba block is read by its kernel, not called."""
    return "mamba" in facts.kind and tensor.module.endswith("out_proj")


def _matrix(tensor: Tensor, facts: ModelFacts) -> Matrix:
    first, second = tensor.shape
    last = tensor.module.rpartition(".")[2]
    if "embed" in last or last in ("wte", "wpe"):
        return Matrix(tensor.module, inputs=first, outputs=second, embedding=True)
    if stores_transposed(facts) and "head" not in last:
        return Matrix(tensor.module, inputs=first, outputs=second)
    return Matrix(tensor.module, inputs=second, outputs=first)


def _in_attention(module: str) -> bool:
    return any("attn" in part or "attention" in part for part in module.lower().split("."))
