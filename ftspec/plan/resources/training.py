"""Peak memory of one training step, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ftspec.plan.facts import ModelFacts, Target
from ftspec.plan.heads import with_head
from ftspec.plan.resources.batch import Batch, largest_batch, lengths_met
from ftspec.plan.resources.layer import Layer
from ftspec.plan.resources.numbers import BYTES, DTYPE_BYTES, is_paged, state_bytes
from ftspec.plan.resources.roles import layers_with_gradient
from ftspec.plan.resources.runtime import HOLES, HOLES_OF_ADAPTERS, KERNELS_OF_A_LENGTH, rounded, runtime_bytes
from ftspec.plan.resources.sharding import ALONE, Sharding
from ftspec.plan.resources.weights import weight_bytes
from ftspec.plan.steps import CallRecord, Train

_FP32 = 4
_TILE = (4096, 32768)
"""Tokens and words of the tile in which TRL 1.16 projects to the vocabulary (`trl/kernels/chunked_logprob.py`)."""

_ALL_SCORED = frozenset({"orpo", "cpo", "simpo"})
_KEPT_OF_LOGITS = 4
"""What TRL's ORPO and CPO trainers hold at most of the logits of all tokens: themselves, the chosen half once more and
its log-softmax, and their gradient twice."""

PARTS = ("weights", "loading", "adapter", "gradients", "optimizer", "activations", "logits", "runtime")


def train_memory(
    step: Train,
    facts: ModelFacts,
    target: Target,
    quantization: CallRecord | None = None,
    sharding: Sharding | None = None,
) -> dict[str, int]:
    """Bytes of each part at the worst moment of a training step, on one device; their sum is the peak.

    Args:
        step: The stage, its micro batch and checkpointing decided.
        facts: The model at its root.
        target: The device.
        quantization: How the model's frozen weights are stored.
        sharding: How several devices share state; by default as the step says.
    """
    return Training(step, facts, target, quantization, sharding or sharding_of(step)).worst


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

    @property
    def worst(self) -> dict[str, int]:
        """The parts of the moment that needs most."""
        moments = (self._loading, self._loss, self._backward_done, self._update)
        return max((self._parts(moment) for moment in moments), key=lambda parts: sum(parts.values()))

    def _parts(self, moment: Mapping[str, int]) -> dict[str, int]:
        held = {"weights": self.weights, "adapter": self.adapter, **moment}
        held = {part: rounded(self.sharding.share(part, size), self.target) for part, size in held.items()}
        held["weights"] += self.sharding.gathered(self.facts, self.stored, self.quantization)
        held["runtime"] = runtime_bytes(self.target, sum(held.values())) + self._kernels
        return {part: held.get(part, 0) for part in PARTS}

    @property
    def _kernels(self) -> int:
        """Kernels that a processor compiles for each length of a micro batch in bf16."""
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
        return round(self.layer.in_small_blocks * (HOLES_OF_ADAPTERS if thin else HOLES))

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
        tiled = self.target.kind != "cpu" or self.step.reads_reference
        return self._logits_tiled if tiled else self._logits_whole

    @property
    def _logits_whole(self) -> int:
        """Logits of the scored tokens, those of them in fp32, their softmax, its gradient (`_tokens.summed_loss`)."""
        return self.batch.scored * self.facts.vocabulary * 3 * _FP32

    @property
    def _logits_tiled(self) -> int:
        """TRL's tile of the projection, and the gradients of hidden states and head that it sums in fp32."""
        scored = self.batch.tokens if self.target.kind == "cpu" else self.batch.scored
        tile = min(scored, _TILE[0]) * min(self.facts.vocabulary, _TILE[1]) * self.layer.width
        hidden = scored * self.facts.hidden * (self.layer.width + _FP32)
        head = self.facts.vocabulary * self.facts.hidden * _FP32 if self.layer.own else 0
        return tile + hidden + head
