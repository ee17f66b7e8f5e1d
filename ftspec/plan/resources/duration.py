"""How long a plan takes."""

from __future__ import annotations

from ftspec.plan.facts import ModelFacts, Target
from ftspec.plan.resources.batch import Batch
from ftspec.plan.resources.evaluation import Reading, kv_bytes_per_token
from ftspec.plan.resources.numbers import BYTES
from ftspec.plan.resources.passes import active_parameters, forward, micro_step, reference, update
from ftspec.plan.resources.weights import weight_bytes
from ftspec.plan.resources.work import Work, seconds
from ftspec.plan.steps import CallRecord, Generation, Train

START_SECONDS = 8.0
"""Importing torch, transformers, trl and peft, and loading a small model."""

_LINK = 2.0e10
"""Bytes a second between devices where the catalogue does not say: PCIe 4.0 as it is reached."""

_FP32 = 4
_READ_RATE = 1.5e9
"""Bytes a second at which weights come from a disk."""


def training_seconds(step: Train, facts: ModelFacts, target: Target, quantization: CallRecord | None) -> float:
    """All optimizer steps of a stage on its devices, which work side by side.

    What devices send each other goes on while they compute, so the slower of the two decides.
    """
    one = micro_step(step, facts, target, quantization).times(step.accumulation) + update(step)
    sent = _sent(step, facts, quantization) / (target.link or _LINK)
    before = seconds(reference(step, facts), target, step.precision) / max(1, target.count * target.nodes)
    return before + step.optimizer_steps * max(seconds(one, target, step.precision), sent)


def _sent(step: Train, facts: ModelFacts, quantization: CallRecord | None) -> float:
    """Bytes that one device receives in an optimizer step.

    Gradients, there and back in a ring (2 bytes for each of them); where weights are shared out, these too, gathered
    in the forward and in the backward pass of every micro batch (Zhao et al. 2023, section 3); from the machine's own
    memory just so when they wait there.
    """
    if step.devices == 1 and not step.offload:
        return 0.0
    gradients = 2 * step.adaptation.trainable * _FP32
    if step.sharding not in ("fsdp", "zero3"):
        return gradients
    return gradients + 2 * step.accumulation * weight_bytes(facts, step.precision, quantization)


def loading_seconds(facts: ModelFacts, precision: str) -> float:
    """Reading the weights once."""
    return facts.parameters * BYTES[precision] / _READ_RATE


def reading_seconds(
    reading: Reading, generation: Generation, facts: ModelFacts, target: Target, precision: str, new_tokens: int
) -> float:
    """One measurement: every row read once, and `new_tokens` written for each where answers are generated."""
    total = reading.count * reading.mean
    if not total:
        return 0.0
    batches = max(1.0, total / generation.batch_tokens)
    width = BYTES[precision]
    one = Batch(round(total / batches), round(total / batches * reading.mean), 0, True)
    work = forward(facts, one, width).times(batches)
    if reading.generates:
        work += _writing(reading, facts, width, batches, new_tokens)
    return seconds(work, target, precision)


def _writing(reading: Reading, facts: ModelFacts, width: int, batches: float, new_tokens: int) -> Work:
    """Token by token: the weights are read once a token for the whole batch, the cache once a row."""
    rows = reading.count / batches
    weights = active_parameters(facts) + facts.vocabulary * facts.hidden
    cache = rows * reading.mean * kv_bytes_per_token(facts, "fp32") * width / 4
    token = Work(2 * weights * rows, weights * width + cache, 32 * facts.layers)
    return token.times(new_tokens * batches)
