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

from ftspec.plan.devices.allocator import large_block
from ftspec.plan.facts import ModelFacts, Target
from ftspec.plan.resources.batch import Batch
from ftspec.plan.resources.numbers import BYTES
from ftspec.plan.resources.roles import Role, targets_in_a_layer, weights_in_a_layer
from ftspec.plan.steps import Train

_FP32 = 4
_PYTHON_GELU = frozenset({"gelu_new", "gelu_python", "gelu_fast", "quick_gelu"})
_PYTHON_GELU_SAVED = 4
"""transformers' own `NewGELUActivation` is six operations, and four of their inputs or outputs are kept."""


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
    def in_small_blocks(self) -> int:
        """Of these, bytes in blocks that glibc keeps in its heap of holes: see `ftspec.plan.devices.allocator`."""
        if self.target.kind != "cpu":
            return 0
        numbers, large = self.batch.tokens * self.width, self._large
        narrow = self._norms + self._attention + self._forward_input + self._adapters
        wide = self._feed_forward - self._forward_input
        small = narrow if numbers * self.facts.hidden < large else 0.0
        small += wide if numbers * self.facts.intermediate < large else 0.0
        return round(self.batch.tokens * (small + self._outputs_of_rows))

    @property
    def _large(self) -> int:
        return large_block(self.step.packing)

    @property
    def _outputs_of_rows(self) -> int:
        """Where rows attend one by one, each row's output is a block of its own, small where the layer's are large."""
        width = self.facts.heads * self.facts.head_dim * (_FP32 if self._attends_in_fp32 else self.width)
        apart = self.batch.by_row and self.batch.tokens * self.width * self.facts.hidden >= self._large
        return width if apart and self.batch.attended * width < self._large * self.batch.tokens else 0

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
        """What norms keep of their input, and a scale that trains of the normalised input."""
        facts = self.facts
        if facts.norm == "rms":  # in transformers, a few operations in fp32
            kept = _FP32 + (self.stream if self.own else 0)
            return facts.norms_in_a_layer * facts.hidden * kept
        if self.target.kind == "cpu":  # one operation in the stream's own format, which reads the stream itself
            inputs = 1 if facts.parallel else facts.norms_in_a_layer
            return inputs * facts.hidden * self.stream
        return facts.norms_in_a_layer * facts.hidden * _FP32  # autocast gives every norm a copy in fp32

    @property
    def _attention(self) -> float:
        facts = self.facts
        queries, keys = facts.heads * facts.head_dim, facts.kv_heads * facts.head_dim
        # A mask keeps PyTorch's kernels from sharing key and value heads, which are then repeated for each query head.
        shared = queries if self.batch.masked and self.step.attention == "sdpa" else keys
        width = _FP32 if self._attends_in_fp32 else self.width
        kept = (queries + 2 * shared + queries) * width + facts.heads * _FP32
        norms = (queries + keys) * (_FP32 + (self.width if self.own else 0)) if facts.qk_norm else 0
        read = self._read(Role.ATTENTION_IN, facts.hidden) + self._read(Role.ATTENTION_OUT, queries)
        return kept + norms + read + self._dropped

    @property
    def _attends_in_fp32(self) -> bool:
        """Whether queries, keys and values are cast for attention: rows one by one on processors."""
        return self.autocast and self.batch.by_row and self.target.kind == "cpu"

    @property
    def _dropped(self) -> float:
        """Masks of the dropouts on what attention and feed-forward give back to the residual stream."""
        return 2 * self.facts.hidden * self._mask_width(self.stream) if self.facts.dropout else 0

    def _mask_width(self, width: int) -> int:
        """A byte a number on GPUs; PyTorch's dropout on processors keeps the mask as numbers."""
        return width if self.target.kind == "cpu" else 1

    @property
    def _feed_forward(self) -> float:
        facts = self.facts
        if facts.experts:
            routed = facts.active_experts * (2 * facts.hidden + 4 * facts.expert_width) * self.width
            return routed + self._read(Role.FORWARD_IN, facts.hidden)
        inner, out = facts.intermediate, self._read(Role.FORWARD_OUT, facts.intermediate)
        inside: float = self._activations_inside * inner * self.width
        if facts.activation == "relu" and not self._copies:  # keeps its output, which the next product reads
            inside = max(0.0, inside - out)
        return inside + self._forward_input + out

    @property
    def _forward_input(self) -> float:
        """A layer with one norm hands its output to attention and feed-forward alike."""
        one = self.facts.parallel and self.facts.norms_in_a_layer == 1
        if one and not self._copies and not self._dropout and self._targets.get(Role.ATTENTION_IN):
            return 0.0
        return self._read(Role.FORWARD_IN, self.facts.hidden)

    @property
    def _activations_inside(self) -> int:
        if self.facts.gated:
            return 3
        return _PYTHON_GELU_SAVED if self.facts.activation in _PYTHON_GELU else 1

    def _read(self, role: Role, inputs: int) -> float:
        """What modules that train keep of the input they share."""
        count = self._targets.get(role, 0)
        if count == 0:
            return 0.0
        cast = self.facts.copies_heads or self.batch.by_row  # the rows' outputs are put together in a new tensor
        kept_already = role is Role.ATTENTION_OUT and not cast
        if self._dropout:
            return count * inputs * (self.width + self._mask_width(_FP32))
        if self._copies:
            in_place = self.own and role in (Role.ATTENTION_OUT, Role.FORWARD_OUT)
            copies = 1 if in_place else count
            return 0.0 if in_place and kept_already else copies * inputs * self.width
        return 0.0 if kept_already else inputs * self.width

    @property
    def _copies(self) -> bool:
        """Whether every module reads a copy of its own: autocast casts the fp32 that norms, and PEFT, hand on."""
        return self.autocast

    @property
    def drops(self) -> bool:
        """Whether what adapters read is dropped in part."""
        return self._dropout > 0

    @property
    def _dropout(self) -> float:
        arguments = (self.step.adaptation.peft or {}).get("arguments", {})
        return float(arguments.get("lora_dropout") or arguments.get("module_dropout") or 0.0)

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
                return self._scores + (self.batch.attended * self.width if self.batch.masked else 0)
            case "eager":
                return self.batch.attended * self.facts.heads * (_FP32 + self.width)

    @property
    def _scores(self) -> int:
        """Scores that PyTorch's plain attention keeps where its kernels do not apply.

        Shared key and value heads that are not repeated (Falcon) and, on processors, dropout of attention weights.
        """
        facts = self.facts
        dropped = 3 if facts.attention_dropout and self.target.kind == "cpu" else 0
        plain = 1 if facts.kind == "falcon" and facts.kv_heads < facts.heads else 0
        return self.batch.attended * facts.heads * _FP32 * max(dropped, plain)
