"""The work of a forward and a backward pass."""

from __future__ import annotations

from ftspec.plan.facts import ModelFacts, Target
from ftspec.plan.resources.batch import Batch, mean_batch
from ftspec.plan.resources.forwards import forward_bytes
from ftspec.plan.resources.layer import Layer
from ftspec.plan.resources.numbers import BYTES
from ftspec.plan.resources.roles import layers_with_gradient
from ftspec.plan.resources.work import Work
from ftspec.plan.steps import CallRecord, Train

_OPERATIONS = 32
"""Operations of one layer's forward pass in transformers' eager code; an adapter adds four for each module."""

_TOUCHED = 3
"""How often the forward pass moves the numbers that a layer keeps: written, read by the next operation, and once more
in the operations that keep nothing."""

_UNPACKED = 4.5
"""Bytes moved for a 4-bit weight to be used: half a byte read, two written, two read again by the product."""


def active_parameters(facts: ModelFacts) -> int:
    """Weights inside the layers that one token passes through."""
    if not facts.experts:
        return facts.quantizable
    return facts.quantizable + facts.in_experts * facts.active_experts // facts.experts


def forward(facts: ModelFacts, batch: Batch, width: int) -> Work:
    """The body's forward pass: two operations a weight and token (Kaplan et al. 2020), and attention's two products."""
    weights = active_parameters(facts)
    flops = 2 * weights * batch.tokens + _attention(facts, batch)
    return Work(flops, weights * width, _OPERATIONS * facts.layers)


def inference(facts: ModelFacts, batch: Batch, width: int, adapters: int = 0) -> Work:
    """A forward pass without gradients, with what its operations move.

    `adapters`: modules of one layer that carry one, each with operations of its own.
    """
    moved = forward_bytes(facts, batch.tokens, 0, width) * facts.layers * _TOUCHED
    return forward(facts, batch, width) + Work(bytes=moved, launches=4 * adapters * facts.layers)


def _attention(facts: ModelFacts, batch: Batch) -> float:
    """Scores, and their sum of values: two products of every attended pair."""
    return 4 * batch.attended * facts.heads * facts.head_dim * facts.layers


def micro_step(
    step: Train, facts: ModelFacts, target: Target, quantization: CallRecord | None, batch: Batch | None = None
) -> Work:
    """Forward and backward of a micro batch, by default a usual one."""
    batch, width = batch or mean_batch(step, facts.window), BYTES[step.precision]
    layer = Layer(step, facts, target, batch)
    ahead = forward(facts, batch, width)
    share = layers_with_gradient(facts, step.adaptation) / max(1, facts.layers)
    # Back through the weights once; attention's four products, with its scores made again, are two and a half times.
    back = Work(1.5 * _attention(facts, batch)) + ahead.times(2 if step.gradient_checkpointing else 1)
    kept = layer.bytes * facts.layers * _TOUCHED
    moved = Work(bytes=kept * (1 + 2 * share), launches=4 * layer.adapters_count * facts.layers * (1 + 2 * share))
    trained = _gradients(step, facts, batch, layer.own)
    return (
        ahead
        + back.times(share)
        + trained
        + moved
        + _head(step, facts, batch, layer.own)
        + _divergence(step, ahead)
        + _unpacking(facts, quantization, 1 + share)
    )


def _gradients(step: Train, facts: ModelFacts, batch: Batch, own: bool) -> Work:
    """Gradients of own weights, or an adapter's forward pass and both its gradients."""
    if own:
        matrices = min(step.adaptation.trainable, active_parameters(facts))
        return Work(flops=2 * matrices * batch.tokens)
    return Work(flops=6 * step.adaptation.added * batch.tokens)


def reference(step: Train, facts: ModelFacts) -> Work:
    """One forward pass over all rows before the first step, where an objective is measured from its start."""
    rows = step.tokens.rows if step.tokens else step.optimizer_steps * step.batch_size / max(1.0, step.epochs)
    batch = mean_batch(step, facts.window)
    once = forward(facts, batch, BYTES[step.precision]) + Work(2 * batch.scored * facts.hidden * facts.vocabulary)
    return once.times(rows / step.micro_batch_size) if step.reads_reference else Work()


def _divergence(step: Train, ahead: Work) -> Work:
    """KTO reads each prompt with an answer to another one, without going back; so does its reference."""
    return ahead if str(step.objective["name"]) == "kto" else Work()


def _head(step: Train, facts: ModelFacts, batch: Batch, own: bool) -> Work:
    """The vocabulary's projection, where labels train: forward, again in the backward pass, and the gradient."""
    if step.outputs is not None:
        return Work()
    products = 4 if own else 3
    return Work(flops=2 * products * batch.scored * facts.hidden * facts.vocabulary, launches=20)


def _unpacking(facts: ModelFacts, quantization: CallRecord | None, passes: float) -> Work:
    if quantization is None:
        return Work()
    return Work(bytes=facts.quantizable * _UNPACKED * passes, launches=14 * facts.layers * passes)


def update(step: Train) -> Work:
    """The optimizer: weight, gradient and two moments, read and written."""
    tensors = max(1, 2 * len(step.adaptation.modules))
    return Work(bytes=step.adaptation.trainable * 32, launches=0.2 * tensors + 20)
