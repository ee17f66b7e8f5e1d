"""Activations that one layer keeps for the backward pass.

Counted operation by operation as autograd keeps them in transformers 5 (what each operation saves is listed in
PyTorch's `derivatives.yaml`), after the manner of Korthikanti et al. 2022, "Reducing Activation Recomputation in Large
Transformer Models", equation 1, which counts GPT's layer: 34 · s · b · h bytes and attention's 5 · a · s² · b. A test
holds these sums against what PyTorch itself saves, architecture by architecture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ftspec.plan.facts import ModelFacts, Target
from ftspec.plan.resources.batch import Batch
from ftspec.plan.resources.numbers import BYTES
from ftspec.plan.resources.roles import Role, targets_in_a_layer, weights_in_a_layer
from ftspec.plan.steps import Train

_FP32 = 4
_PYTHON_GELU = frozenset({"gelu_new", "gelu_python", "gelu_fast", "quick_gelu"})
_PYTHON_GELU_SAVED = 5
"""transformers' own `NewGELUActivation` is six operations, and five of their inputs or outputs are kept."""


@dataclass(frozen=True)
class Layer:
    """One layer of a model in one training step."""

    step: Train
    facts: ModelFacts
    target: Target
    batch: Batch

    @property
    def bytes(self) -> int:
        """All that one layer keeps."""
        per_token = self._norms + self._attention + self._feed_forward + self._adapters
        return round(self.batch.tokens * per_token) + self._mask

    @property
    def width(self) -> int:
        """Bytes of a number of the computation."""
        return BYTES[self.step.precision]

    @property
    def stream(self) -> int:
        """Bytes of a number of the residual stream: fp32 where fp32 weights are computed with in 16 bits (autocast)."""
        return _FP32 if self.own else self.width

    @property
    def own(self) -> bool:
        """Whether the model's own weights train, which are then kept in fp32."""
        return self.step.adaptation.peft is None

    @property
    def autocast(self) -> bool:
        """Whether PyTorch casts to the precision of the computation, operation by operation."""
        return self.width < _FP32

    @cached_property
    def _targets(self) -> Mapping[Role, int]:
        if self.own:
            return weights_in_a_layer(self.facts)
        return targets_in_a_layer(self.facts, self.step.adaptation)

    @property
    def adapters_count(self) -> int:
        """Modules of one layer that carry an adapter."""
        return 0 if self.own else sum(self._targets.values())

    @property
    def _norms(self) -> float:
        """Every norm works in fp32 and keeps its input; a scale that trains needs the normalised input too."""
        kept = _FP32 + (self.stream if self.own and self.facts.norm == "rms" else 0)
        return self.facts.norms_in_a_layer * self.facts.hidden * kept

    @property
    def _attention(self) -> float:
        queries, keys = self.facts.heads * self.facts.head_dim, self.facts.kv_heads * self.facts.head_dim
        # A mask keeps PyTorch's kernels from sharing key and value heads, which are then repeated for each query head.
        shared = queries if self.batch.masked and self.step.attention == "sdpa" else keys
        kept = (queries + 2 * shared + queries) * self.width + self.facts.heads * _FP32
        norms = (queries + keys) * _FP32 if self.facts.qk_norm else 0
        return kept + norms + self._read(Role.ATTENTION_IN, self.facts.hidden, False) + self._read_out(queries)

    def _read_out(self, queries: int) -> float:
        """The output projection reads what the attention kernel keeps anyway; an adapter may read a copy."""
        return self._read(Role.ATTENTION_OUT, queries, True)

    @property
    def _feed_forward(self) -> float:
        facts = self.facts
        if facts.experts:
            routed = facts.active_experts * (facts.hidden + 4 * facts.expert_width) * self.width
            return routed + self._read(Role.FORWARD_IN, facts.hidden, False)
        inner = facts.intermediate
        inside = 3 if facts.gated else _PYTHON_GELU_SAVED if facts.activation in _PYTHON_GELU else 1
        return (
            inside * inner * self.width
            + self._read(Role.FORWARD_IN, facts.hidden, False)
            + self._read(Role.FORWARD_OUT, inner, False)
        )

    def _read(self, role: Role, inputs: int, kept_already: bool) -> float:
        """What modules that train keep of the input they share."""
        count = self._targets.get(role, 0)
        if count == 0:
            return 0.0
        if self.own:
            casts = count if self.autocast and not kept_already and role is not Role.FORWARD_OUT else 1
            return 0.0 if kept_already else casts * inputs * self.width
        dropout = self._dropout
        if dropout:
            return count * inputs * (self.width + self._dropout_mask)
        if self.autocast:
            return count * inputs * self.width  # PEFT casts to the adapter's fp32 and autocast back, once a module
        return 0.0 if kept_already else inputs * self.width

    @property
    def _dropout(self) -> float:
        arguments = (self.step.adaptation.peft or {}).get("arguments", {})
        return float(arguments.get("lora_dropout") or arguments.get("module_dropout") or 0.0)

    @property
    def _dropout_mask(self) -> int:
        """A byte a number on GPUs; PyTorch's dropout on processors keeps the mask as numbers."""
        return 1 if self.target.kind == "cuda" else _FP32

    @property
    def _adapters(self) -> float:
        """The thin vectors between an adapter's two matrices."""
        arguments = (self.step.adaptation.peft or {}).get("arguments", {})
        rank = int(arguments.get("r") or 0)
        return 2 * rank * self.width * sum(self._targets.values()) if not self.own else 0

    @property
    def _mask(self) -> int:
        """Bytes of attention scores or masks of one layer."""
        match self.step.attention:
            case "flash_attention_2":
                return 0
            case "sdpa":
                return self.batch.attended * self.width if self.batch.masked else 0
            case "eager":
                return self.batch.attended * self.facts.heads * (_FP32 + self.width)
