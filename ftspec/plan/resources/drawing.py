"""How a stage draws answers of its own while it trains: how many at once, how often, and who reads them.

Follows what the trainers do: `ftspec/kinds/objectives/_ppo` draws `minibatches` batches and learns from each answer
`epochs` times; TRL's GRPO and RLOO draw a batch and learn from it `iterations` times; distillation draws the share
`on_policy` of its micro batches. A test holds the names here against the objectives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ftspec.plan.steps import Train

_PPO_LEAST_READ = 8
"""Answers that PPO reads at once at least (`ftspec/kinds/objectives/ppo.py`)."""


@dataclass(frozen=True)
class Drawing:
    """What is drawn in one round, and how many rounds there are."""

    new_tokens: int
    """Where an answer is cut."""

    answers: int
    """Answers that are drawn together."""

    rounds: float
    """In the whole stage."""

    readings: int
    """Forward passes over every answer, without gradients, before it is learned from: policy and reference."""

    read_at_once: int
    """Answers in one of these passes."""

    copies_model: bool
    """Whether a second, frozen model is kept as the reference."""

    values: bool = False
    """Whether a value head reads the hidden states of every layer that transformers hands out."""


def drawing_of(step: Train) -> Drawing | None:
    """How a stage draws; None where it learns from the rows alone."""
    found = DRAWN.get(str(step.objective["name"]))
    return None if found is None else found(step, step.objective["arguments"])


def others_of(step: Train) -> tuple[str, ...]:
    """The labels of the other models that are in memory while a stage trains: reward models, a teacher."""
    given = step.objective["arguments"]
    named = [given.get("reward"), given.get("teacher"), *(given.get("rewards") or ())]
    return tuple(dict.fromkeys(each for each in named if isinstance(each, str)))


def _switches(step: Train) -> bool:
    """Whether the reference is the model itself with its adapter switched off."""
    return step.adaptation.peft is not None and not step.continues_adapter


def _ppo(step: Train, given: Mapping[str, Any]) -> Drawing:
    passes = int(given["epochs"]) * int(given["minibatches"])
    return Drawing(
        new_tokens=int(given["max_new_tokens"]),
        answers=step.batch_size * int(given["minibatches"]),
        rounds=-(-step.optimizer_steps // passes),
        readings=2,
        read_at_once=max(_PPO_LEAST_READ, step.micro_batch_size),
        copies_model=not _switches(step),
        values=True,
    )


def _grouped(step: Train, given: Mapping[str, Any]) -> Drawing:
    refers = float(given["kl"]) > 0
    old = str(step.objective["name"]) == "rloo" or int(given["iterations"]) > 1
    return Drawing(
        new_tokens=int(given["max_new_tokens"]),
        answers=step.batch_size,
        rounds=-(-step.optimizer_steps // int(given["iterations"])),
        readings=int(refers) + int(old),
        read_at_once=step.micro_batch_size,
        copies_model=refers and not _switches(step),
    )


def _distilled(step: Train, given: Mapping[str, Any]) -> Drawing | None:
    share = float(given["on_policy"])
    if share <= 0:
        return None
    return Drawing(
        new_tokens=int(given["max_new_tokens"]),
        answers=step.micro_batch_size,
        rounds=step.optimizer_steps * step.accumulation * share,
        readings=0,
        read_at_once=step.micro_batch_size,
        copies_model=False,
    )


DRAWN: Mapping[str, Callable[[Train, Mapping[str, Any]], Drawing | None]] = {
    "ppo": _ppo,
    "grpo": _grouped,
    "rloo": _grouped,
    "distill": _distilled,
}
