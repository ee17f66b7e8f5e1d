"""Peak memory of evaluation: generated answers with their key-value cache, and losses with their logits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ftspec.plan.facts import ModelFacts, Target, TokenFacts
from ftspec.plan.resources.forwards import forward_bytes, kv_bytes_per_token
from ftspec.plan.resources.numbers import BYTES
from ftspec.plan.resources.runtime import LEFT_OVER, rounded, runtime_bytes
from ftspec.plan.resources.training import PARTS, Training, sharding_of
from ftspec.plan.resources.weights import weight_bytes
from ftspec.plan.steps import CallRecord, Generation, Measurement, Train

_FP32 = 4
_LOGITS_AT_A_TIME = 1 << 28
"""Scoring reads 256 MiB of logits in fp32 at a time (`ftspec/evaluate/scoring.py`), and cross-entropy twice as much."""

SCORED = frozenset({"perplexity", "loss", "overfitting", "calibration_error"})
"""Metrics that read the probability of tokens that are given."""


@dataclass(frozen=True)
class Reading:
    """One measurement of one model over rows of which the lengths are known, or not."""

    measurement: Measurement
    rows: TokenFacts | None

    @property
    def generates(self) -> bool:
        """Whether answers are written, token by token."""
        return str(self.measurement.metric["name"]) not in SCORED

    @property
    def longest(self) -> int:
        """Tokens of the longest row."""
        return self.rows.longest if self.rows and self.rows.rows else 512

    @property
    def mean(self) -> float:
        """Tokens of a usual row."""
        return self.rows.tokens / self.rows.rows if self.rows and self.rows.rows else 512.0

    @property
    def count(self) -> int:
        """Rows."""
        return self.rows.rows if self.rows else 0


def evaluation_memory(
    reading: Reading,
    generation: Generation,
    facts: ModelFacts,
    train: Train,
    target: Target,
    quantization: CallRecord | None = None,
    *,
    precision: str | None = None,
) -> dict[str, int]:
    """Bytes of each part on one device while one measurement is taken; their sum is the peak.

    Args:
        reading: What is read.
        generation: How answers are generated.
        facts: The model.
        train: The stage that made it.
        target: The device.
        quantization: How its linear weights are stored while it is measured.
        precision: The number format that it is measured in; by default the stage's.
    """
    precision = precision or train.precision
    inside = _generating(reading, generation, facts, precision) if reading.generates else None
    activations, logits = inside or _scoring(reading, generation, facts, precision)
    held = {
        "weights": sharding_of(train).share("weights", weight_bytes(facts, precision, quantization)),
        "adapter": train.adaptation.added * _FP32,
        "activations": activations,
        "logits": logits,
    }
    held = {part: rounded(size, target) for part, size in held.items()}
    left_over = LEFT_OVER + Training(train, facts, target).kernels if target.kind == "cpu" else 0
    held["runtime"] = runtime_bytes(target, sum(held.values())) + left_over
    return {part: held.get(part, 0) for part in PARTS}


def _generating(reading: Reading, generation: Generation, facts: ModelFacts, precision: str) -> tuple[int, int]:
    """Activations with the key-value cache, and logits, of the batch with most rows."""
    width = BYTES[precision]
    tokens = max(reading.longest, min(generation.batch_tokens, round(reading.count * reading.mean)))
    rows = max(1, round(tokens / max(1.0, reading.mean)))
    cache = (tokens + rows * generation.max_new_tokens) * kv_bytes_per_token(facts, precision)
    return cache + forward_bytes(facts, tokens, tokens * reading.longest, width), rows * facts.vocabulary * (
        width + _FP32
    )


def _scoring(reading: Reading, generation: Generation, facts: ModelFacts, precision: str) -> tuple[int, int]:
    width = BYTES[precision]
    longest = min(reading.longest, facts.context)
    total = round(reading.count * reading.mean)
    tokens = max(longest, min(generation.batch_tokens, total) // longest * longest)
    share = reading.rows.trained_tokens / reading.rows.tokens if reading.rows and reading.rows.tokens else 1.0
    kept = round(tokens * min(1.0, share))
    logits = kept * facts.vocabulary * width + min(3 * _LOGITS_AT_A_TIME, 3 * kept * facts.vocabulary * _FP32)
    return forward_bytes(facts, tokens, tokens * longest, width), logits


def worst_reading(readings: Sequence[dict[str, int]]) -> dict[str, int] | None:
    """The one that needs most, or None where nothing is measured."""
    return max(readings, key=lambda parts: sum(parts.values()), default=None)
