"""Readings of `ftspec compile --probe` in place of what would be reckoned."""

from __future__ import annotations

from collections.abc import Mapping

from ftspec.plan.canonical import value_digest
from ftspec.plan.facts import ModelFacts, Target
from ftspec.plan.resources.batch import largest_batch, mean_batch
from ftspec.plan.resources.passes import micro_step, update
from ftspec.plan.resources.work import seconds
from ftspec.plan.steps import CallRecord, FetchModel, Train

_IRRELEVANT = frozenset({
    "id", "from", "validation", "epochs", "optimizer_steps", "warmup_steps", "learning_rate", "scheduler",
    "weight_decay", "max_grad_norm", "checkpoint_every", "early_stopping", "seed", "needs",
})  # fmt: skip
"""Settings of a stage that change neither what a step holds nor how long it takes."""


def probe_key(step: Train, model: FetchModel, target: Target) -> str:
    """Names all that a reading depends on: the stage, its model and the device. Twelve hexadecimal digits."""
    trained = {
        key: value for key, value in step.model_dump(mode="json", by_alias=True).items() if key not in _IRRELEVANT
    }
    loaded = model.model_dump(mode="json", exclude={"source", "chat_template"})
    return value_digest({"device": target.title, "model": loaded, "train": trained})[:12]


def measured_parts(parts: Mapping[str, int], peak: int) -> dict[str, int]:
    """The parts so that they sum to a measured peak: what was reckoned least surely, activations, takes the rest."""
    found = dict(parts)
    for part in ("activations", "runtime", "logits"):
        found[part] = max(0, found.get(part, 0) + peak - sum(found.values()))
    return found


def usual_step_seconds(
    measured: float, step: Train, facts: ModelFacts, target: Target, quantization: CallRecord | None
) -> float:
    """How long a usual optimizer step takes when one of the longest rows took `measured`."""

    def reckoned(longest: bool) -> float:
        batch = largest_batch(step, facts.window) if longest else mean_batch(step, facts.window)
        one = micro_step(step, facts, target, quantization, batch).times(step.accumulation) + update(step)
        return seconds(one, target, step.precision)

    return measured * min(1.0, reckoned(False) / reckoned(True))
