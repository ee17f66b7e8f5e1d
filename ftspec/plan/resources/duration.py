"""How long a plan takes."""

from __future__ import annotations

from ftspec.plan.facts import ModelFacts, Target
from ftspec.plan.resources.batch import Batch
from ftspec.plan.resources.evaluation import Reading, kv_bytes_per_token
from ftspec.plan.resources.numbers import BYTES
from ftspec.plan.resources.passes import active_parameters, forward, micro_step, update
from ftspec.plan.resources.work import Work, seconds
from ftspec.plan.steps import CallRecord, Generation, Train

START_SECONDS = 8.0
"""Importing torch, transformers, trl and peft, and loading a small model."""

_READ_RATE = 1.5e9
"""Bytes a second at which weights come from a disk."""


def training_seconds(step: Train, facts: ModelFacts, target: Target, quantization: CallRecord | None) -> float:
    """All optimizer steps of a stage on its devices, which work side by side."""
    one = micro_step(step, facts, target, quantization).times(step.accumulation) + update(step)
    return step.optimizer_steps * seconds(one, target, step.precision)


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
