"""Peak memory of one training step, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ftspec.plan.facts import ModelFacts, Target
from ftspec.plan.heads import with_head
from ftspec.plan.resources.batch import Batch, largest_batch, lengths_met
from ftspec.plan.resources.drawing import Drawing, drawing_of
from ftspec.plan.resources.forwards import forward_bytes, kv_bytes_per_token
from ftspec.plan.resources.layer import Layer
from ftspec.plan.resources.numbers import BYTES, DTYPE_BYTES, is_paged, state_bytes
from ftspec.plan.resources.others import Other
from ftspec.plan.resources.roles import layers_with_gradient
from ftspec.plan.resources.runtime import (
    HOLES,
    HOLES_OF_ADAPTERS,
    HOLES_OF_PADDED,
    KERNELS_OF_A_LENGTH,
    rounded,
    runtime_bytes,
)
from ftspec.plan.resources.sharding import ALONE, Sharding
from ftspec.plan.resources.weights import weight_bytes
from ftspec.plan.steps import CallRecord, Train

_FP32 = 4
_TILE = (4096, 32768)
"""Tokens and words of the tile in which TRL 1.16 projects to the vocabulary (`trl/kernels/chunked_logprob.py`)."""

_TILE_IN_STEPS = 7.25 * _FP32
"""What its backward pass holds of a tile beside it on a processor, a number: scaled, divided, its logarithm, its
probability, its gradient, and two and a mark while that is taken. On GPUs one kernel works in the tile itself."""

_ALL_SCORED = frozenset({"orpo", "cpo", "simpo"})
_TILED = frozenset({"grpo", "rloo"})
_KEPT_OF_LOGITS = 4
"""What TRL's ORPO and CPO trainers hold at most of the logits of all tokens: themselves, the chosen half once more and
its log-softmax, and their gradient twice."""

_READ_BY_PPO = 4
"""Logits, their logarithms, probabilities and their product, in fp32, of the answers that PPO reads at once."""

_COMPARED = 6
"""Both models' logits in fp32, their logarithms, probabilities and differences, where a student follows a teacher."""

PARTS = (
    "weights", "others", "loading", "adapter", "gradients", "optimizer", "activations", "cache", "logits", "runtime",
)  # fmt: skip
"""`others` are models that are only read, such as reward models; `cache` is that of keys and values."""


def train_memory(
    step: Train,
    facts: ModelFacts,
    target: Target,
    quantization: CallRecord | None = None,
    sharding: Sharding | None = None,
    others: tuple[Other, ...] = (),
) -> dict[str, int]:
    """Bytes of each part at the worst moment of a training step, on one device; their sum is the peak.

    Args:
        step: The stage, its micro batch and checkpointing decided.
        facts: The model at its root.
        target: The device.
        quantization: How the model's frozen weights are stored.
        sharding: How several devices share state; by default as the step says.
        others: Models that are in memory beside it.
    """
    return Training(step, facts, target, quantization, sharding or sharding_of(step), others).worst


def sharding_of(step: Train) -> Sharding:
    """How the devices of a stage share its state."""
    return Sharding(step.sharding, step.devices, step.offload)


@dataclass(frozen=True)
class Training:
    """The moments of one training step; see `worst`."""

    step: Train
    facts: ModelFacts
    target: Target
    quantization: CallRecord | None = None
    sharding: Sharding = ALONE
    others: tuple[Other, ...] = ()

    @property
    def worst(self) -> dict[str, int]:
        """The parts of the moment that needs most."""
        moments = [self._loading, self._loss, self._backward_done, self._update]
        if self._drawing is not None:
            moments += [self._drawn(self._drawing), self._answers_read(self._drawing)]
        return max((self._parts(moment) for moment in moments), key=lambda parts: sum(parts.values()))

    def _parts(self, moment: Mapping[str, int]) -> dict[str, int]:
        held = {"weights": self.weights, "adapter": self.adapter, "others": self._beside, **moment}
        held = {part: rounded(self.sharding.share(part, size), self.target) for part, size in held.items()}
        held["weights"] += self.sharding.gathered(self.facts, self.stored, self.quantization)
        held["runtime"] = runtime_bytes(self.target, sum(held.values())) + self.kernels
        return {part: held.get(part, 0) for part in PARTS}

    @property
    def _beside(self) -> int:
        """Models that are only read, and a frozen copy of the one that trains where its start is the reference."""
        copied = self._drawing is not None and self._drawing.copies_model
        return sum(other.bytes for other in self.others) + (self.weights + self.adapter if copied else 0)

    @property
    def _drawing(self) -> Drawing | None:
        return drawing_of(self.step)

    def _drawn(self, drawing: Drawing) -> dict[str, int]:
        """Answers are drawn token by token: keys and values of all, those of one layer twice while they grow."""
        width, rows = self.layer.width, drawing.answers
        prompt = min(self.step.tokens.longest if self.step.tokens else self.step.max_length, self.step.max_length)
        cache = kv_bytes_per_token(self.facts, self.step.precision) * rows * (prompt + drawing.new_tokens)
        return {
            "optimizer": self._loss["optimizer"],
            "activations": forward_bytes(self.facts, rows * prompt, rows * prompt * prompt, width),
            "cache": cache + cache // max(1, self.facts.layers),
            "logits": rows * self.facts.vocabulary * (width + 3 * _FP32),
        }

    def _answers_read(self, drawing: Drawing) -> dict[str, int]:
        """Prompts with their answers are read by policy and reference."""
        if not drawing.readings:
            return {}
        longest = self.batch.tokens // max(1, self.step.micro_batch_size)
        tokens = drawing.read_at_once * longest
        hidden = self.facts.layers * tokens * self.facts.hidden * self.layer.stream if drawing.values else 0
        return {
            "optimizer": self._loss["optimizer"],
            "activations": forward_bytes(self.facts, tokens, tokens * longest, self.layer.width) + hidden,
            "logits": self._scored_by_ppo(drawing.read_at_once) if drawing.values else self._logits_tiled,
        }

    def _scored_by_ppo(self, answers: int) -> int:
        drawn = answers * self.batch.scored // max(1, self.step.micro_batch_size)
        return drawn * self.facts.vocabulary * (self.layer.width + _READ_BY_PPO * _FP32)

    @property
    def kernels(self) -> int:
        """Kernels that a processor compiles for each length of a micro batch in bf16, and keeps."""
        if self.target.kind != "cpu" or not self.layer.autocast:
            return 0
        return KERNELS_OF_A_LENGTH * lengths_met(self.step)

    @property
    def _loading(self) -> dict[str, int]:
        """On processors the pages of the weights' file are resident beside the weights until these are all read.

        The system takes them back where memory is short, so they never decide whether a plan fits.
        """
        if self.target.kind != "cpu":
            return {}
        room = self.target.memory_bytes - self.weights - self.adapter - runtime_bytes(self.target, 0)
        return {"loading": max(0, min(self.facts.parameters * DTYPE_BYTES[self.facts.dtype], room))}

    @property
    def _loss(self) -> dict[str, int]:
        """The forward pass is done and the loss is taken: every activation is there."""
        return {
            "gradients": self.gradients if self.step.accumulation > 1 else 0,
            "optimizer": 0 if is_paged(self.step.optimizer) and self.target.kind == "cuda" else self.optimizer,
            # The first layer to go back holds its gradients when those of the logits are gone.
            "activations": self.activations + max(0, self.transient - self.logits),
            "logits": self.logits,
        }

    @property
    def _backward_done(self) -> dict[str, int]:
        """The first layer's backward: every gradient is there, and the activations of one layer."""
        return {"gradients": self.gradients, "optimizer": self._loss["optimizer"], "activations": self.layer.bytes}

    @property
    def _update(self) -> dict[str, int]:
        """The optimizer steps."""
        return {"gradients": self.gradients, "optimizer": self.optimizer}

    @cached_property
    def batch(self) -> Batch:
        """The largest batch on one device."""
        return largest_batch(self.step, self.facts.window)

    @cached_property
    def layer(self) -> Layer:
        """One layer with that batch."""
        return Layer(self.step, self.facts, self.target, self.batch)

    @property
    def stored(self) -> str:
        """The number format of the weights: fp32 where they train themselves, computed with in the step's precision."""
        return "fp32" if self.layer.own else self.step.precision

    @property
    def weights(self) -> int:
        """The model's own weights."""
        return weight_bytes(self._headed, self.stored, self.quantization)

    @cached_property
    def _headed(self) -> ModelFacts:
        """The model under the head that it trains with."""
        return self.facts if self.step.outputs is None else with_head(self.facts, self.step.outputs)

    @property
    def adapter(self) -> int:
        """What the method adds, in fp32 as PEFT keeps it."""
        return self.step.adaptation.added * _FP32 if not self.layer.own else 0

    @property
    def gradients(self) -> int:
        """One fp32 number for each trainable parameter."""
        return self.step.adaptation.trainable * _FP32

    @property
    def optimizer(self) -> int:
        """Its state."""
        return round(self.step.adaptation.trainable * state_bytes(self.step.optimizer))

    @property
    def activations(self) -> int:
        """What the forward pass keeps for the backward pass."""
        layers, edge = layers_with_gradient(self.facts, self.step.adaptation), self._edge
        if layers == 0:
            return edge
        if self.step.gradient_checkpointing:
            inputs = layers * self.batch.tokens * self.facts.hidden * self.layer.stream
            return inputs + self.layer.bytes + edge
        return layers * (self.layer.bytes + self._holes) + edge + self._cast_weights

    @property
    def _holes(self) -> int:
        """What a processor's heap holds for a layer without using it."""
        thin = not (self.layer.own or self.layer.autocast or self.layer.drops)
        adapters = HOLES_OF_ADAPTERS if self.step.packing else HOLES_OF_PADDED
        return round(self.layer.in_small_blocks * (adapters if thin else HOLES))

    @property
    def _edge(self) -> int:
        """The last norm and what the head reads."""
        per_token = self.facts.hidden * (2 * _FP32 + self.layer.width)
        mask = self.batch.attended if self.batch.masked and self.step.attention == "sdpa" else 0
        return self.batch.tokens * per_token + mask

    @property
    def _cast_weights(self) -> int:
        """Under autocast each trainable matrix is cast once a forward pass, and the copy kept for the backward pass."""
        if not (self.layer.own and self.layer.autocast):
            return 0
        return self.step.adaptation.trainable * BYTES[self.step.precision]

    @property
    def transient(self) -> int:
        """What the backward pass of one layer holds beside what was kept; a dequantized matrix where there is one."""
        inner = max(self.facts.intermediate, self.facts.active_experts * self.facts.expert_width)
        flowing = self.batch.tokens * (2 * inner + 2 * self.facts.hidden) * self.layer.width
        unpacked = self.facts.largest_quantizable * self.layer.width if self.quantization else 0
        return flowing + unpacked

    @property
    def logits(self) -> int:
        """What stands between the last hidden state and the loss."""
        if self.step.outputs is not None:
            return self.batch.tokens * self.facts.hidden * self.layer.width
        name = str(self.step.objective["name"])
        if name in _ALL_SCORED:
            return self.batch.tokens * self.facts.vocabulary * _KEPT_OF_LOGITS * _FP32
        if name == "ppo":
            return self._scored_by_ppo(self.step.micro_batch_size)
        if name == "distill":
            return self.batch.scored * self.facts.vocabulary * (2 * self.layer.width + _COMPARED * _FP32)
        tiled = name in _TILED or self.target.kind != "cpu" or self.step.reads_reference
        return self._logits_tiled if tiled else self._logits_whole

    @property
    def _logits_whole(self) -> int:
        """Logits of the scored tokens, those of them in fp32, their softmax, its gradient (`_tokens.summed_loss`)."""
        return self.batch.scored * self.facts.vocabulary * 3 * _FP32

    @property
    def _logits_tiled(self) -> int:
        """TRL's tile of the projection, and the gradients of hidden states and head that it sums in fp32."""
        scored = self.batch.scored
        width = self.layer.width + (_TILE_IN_STEPS if self.target.kind == "cpu" else 0)
        tile = round(min(scored, _TILE[0]) * min(self.facts.vocabulary, _TILE[1]) * width)
        hidden = scored * self.facts.hidden * (self.layer.width + _FP32)
        head = self.facts.vocabulary * self.facts.hidden * _FP32 if self.layer.own else 0
        return tile + hidden + head
