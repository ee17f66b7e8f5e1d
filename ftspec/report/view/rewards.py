"""What a stage's own answers were worth while it learned from them, and how far it went from where it started."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ftspec.plan.steps import Train
from ftspec.report import numbers
from ftspec.report.charts import measure
from ftspec.report.charts.curve import Point
from ftspec.report.charts.figure import HALF, Figure, figure
from ftspec.report.charts.scale import tick_label
from ftspec.report.events import Log
from ftspec.report.history import Stage

LOSS = "The policy's loss: what the answers are worth is drawn below. "
"""The caption of the loss of a stage that learns from rewards."""

UNTAUGHT = "The answers to a prompt were always worth the same, so that nothing told better from worse."


def is_rewarded(stage: Stage | None) -> bool:
    """Whether a stage learned from rewards."""
    return stage is not None and any(log.reward is not None for log in stage.logs)


def rewards(step: Train, stage: Stage | None) -> Iterator[Figure]:
    """Reward, divergence and the length of answers, as far as the objective tells them."""
    if stage is None or not is_rewarded(stage):
        return
    yield from _drawn(step, stage, lambda log: log.reward, "Reward", _reward_words(stage))
    yield from _drawn(step, stage, lambda log: log.kl, "KL", "Divergence from the model that it started from, in nats.")
    yield from _drawn(step, stage, lambda log: log.answer_tokens, "Answers", "Tokens of an answer, in the mean.")


def is_untaught(stage: Stage) -> bool:
    """Whether no group of answers ever held a better one."""
    spreads = [log.reward_std for log in stage.logs if log.reward_std is not None]
    return bool(spreads) and not any(spreads)


def _reward_words(stage: Stage) -> str:
    if is_untaught(stage):
        return f"Mean reward of the answers drawn. {UNTAUGHT}"
    values = [log.reward for log in stage.logs if log.reward is not None]
    tenth = max(1, len(values) // 10)
    first, last = (sum(part) / len(part) for part in (values[:tenth], values[-tenth:]))
    return f"Mean reward of the answers drawn: {numbers.plain(first)} at first, {numbers.plain(last)} at the end."


def _drawn(step: Train, stage: Stage, value: Callable[[Log], float | None], what: str, words: str) -> Iterator[Figure]:
    points: tuple[Point, ...] = tuple((log.step, found) for log in stage.logs if (found := value(log)) is not None)
    if len(points) > 1:
        series = measure.Series(step.optimizer_steps, points, f"{what} of {step.id}")
        yield figure(lambda width: measure.draw(series, width, tick_label), HALF, words)
