"""How long a plan takes."""

from __future__ import annotations

from ftspec.plan.facts import ModelFacts, Target
from ftspec.plan.resources.batch import Batch, mean_batch
from ftspec.plan.resources.drawing import Drawing, drawing_of
from ftspec.plan.resources.evaluation import Reading
from ftspec.plan.resources.forwards import kv_bytes_per_token
from ftspec.plan.resources.layer import Layer
from ftspec.plan.resources.numbers import BYTES
from ftspec.plan.resources.others import Other
from ftspec.plan.resources.passes import active_parameters, forward, inference, micro_step, reference, update
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


def training_seconds(
    step: Train,
    facts: ModelFacts,
    target: Target,
    quantization: CallRecord | None,
    others: tuple[Other, ...] = (),
) -> float:
    """All optimizer steps of a stage on its devices, which work side by side.

    What devices send each other goes on while they compute, so the slower of the two decides.
    """
    one = micro_step(step, facts, target, quantization).times(step.accumulation) + update(step)
    sent = _sent(step, facts, quantization) / (target.link or _LINK)
    before = seconds(reference(step, facts), target, step.precision) / max(1, target.count * target.nodes)
    taught = step.accumulation * sum(
        _read(other, mean_batch(step, facts.window), target) for other in _teachers(step, others)
    )
    drawing = drawing_of(step)
    drawn = 0.0 if drawing is None else drawing.rounds * _round(drawing, step, facts, target, others)
    return before + drawn + step.optimizer_steps * max(seconds(one, target, step.precision) + taught, sent)


def _teachers(step: Train, others: tuple[Other, ...]) -> tuple[Other, ...]:
    """Models that read every micro batch that trains."""
    return others if "teacher" in step.objective["arguments"] else ()


def _read(other: Other, batch: Batch, target: Target) -> float:
    """One forward pass of another model."""
    work = inference(other.facts, batch, BYTES[other.precision], other.adapters)
    head = Work() if other.scores else Work(2 * batch.scored * other.facts.hidden * other.facts.vocabulary)
    return seconds(work + head, target, other.precision)


def _round(drawing: Drawing, step: Train, facts: ModelFacts, target: Target, others: tuple[Other, ...]) -> float:
    """Answers drawn once, read by policy and reference, and rated. Each is taken to be as long as may be."""
    width, rows = BYTES[step.precision], drawing.answers / max(1, step.devices)
    whole = mean_batch(step, facts.window)
    length = whole.tokens / max(1, step.micro_batch_size * step.sequences)
    prompt = max(1.0, length - drawing.new_tokens)
    asked = Batch(round(rows * prompt), round(rows * prompt * prompt), 0, True)
    answered = Batch(round(rows * length), round(rows * length * length), round(rows * drawing.new_tokens), True)
    adapters = Layer(step, facts, target, answered).adapters_count
    written = write(facts, width, rows, length, adapters).times(drawing.new_tokens)
    head = Work(2 * answered.scored * facts.hidden * facts.vocabulary)
    again = inference(facts, answered, width, adapters) + head
    passes = -(-rows // max(1, drawing.read_at_once))
    again += Work(launches=again.launches * (passes - 1))
    asking = inference(facts, asked, width, adapters)
    own = seconds(asking + written + again.times(drawing.readings), target, step.precision)
    return own + sum(_read(other, answered, target) for other in others if other.scores)


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
        work += write(facts, width, reading.count / batches, reading.mean).times(new_tokens * batches)
    return seconds(work, target, precision)


def write(facts: ModelFacts, width: int, rows: float, length: float, adapters: int = 0) -> Work:
    """One token of each row: the weights are read once for all of them, the cache of `length` tokens once a row."""
    weights = active_parameters(facts) + facts.vocabulary * facts.hidden
    cache = rows * length * kv_bytes_per_token(facts, "fp32") * width / 4
    return Work(2 * weights * rows, weights * width + cache, (32 + 4 * adapters) * facts.layers)
