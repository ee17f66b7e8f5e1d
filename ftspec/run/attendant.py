"""Attends a training: logs it, watches it, saves it, ends it."""

from __future__ import annotations

import math
from collections import deque
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ftspec.errors import TrainingFailed
from ftspec.kinds.objectives._ranks import is_first
from ftspec.kinds.stoppings import Stopping
from ftspec.plan.steps import Train
from ftspec.run import checkpoint, memory
from ftspec.run.checkpoint import Course
from ftspec.run.events import Events
from ftspec.run.progress import Point
from ftspec.run.signals import Stopper
from ftspec.run.weights import method_of

if TYPE_CHECKING:
    from transformers import TrainerCallback

_SPEED_STEPS = 20
"""Steps over which the shown speed is the mean."""


_FIGURES = ("reward", "reward_std", "kl", "entropy", "answer_tokens", "clipped")
"""What objectives that learn from the model's own answers say of a step, for the record."""


class Attendant:
    """What happens between the optimizer steps of one stage."""

    trainer: Any

    def __init__(
        self, step: Train, tokens: list[int], folder: Path, events: Events, stopper: Stopper, stopping: Stopping | None
    ) -> None:
        self._step = step
        self._tokens = tokens
        self._folder = folder
        self._events = events
        self._stopper = stopper
        self._stopping = stopping
        self._method = method_of(step.method)
        self._recent: deque[tuple[int, float]] = deque(maxlen=_SPEED_STEPS)
        self._began = perf_counter()
        self.course = Course()

    def began(self) -> None:
        """Training starts, or goes on."""
        self._began = perf_counter()

    def stepped(self, state: Any, control: Any) -> None:
        """An optimizer step is done: log it, and say what else is due."""
        self._stopper.agree()
        control.should_log = True
        control.should_evaluate = self._validates_at(state.global_step)

    def optimized(self, state: Any) -> None:
        """The optimizer moved the weights; their gradients are still there."""
        self._method.stepped(self.trainer.model, int(state.global_step))

    def logged(self, state: Any, control: Any, logs: dict[str, float]) -> None:
        """The figures of the step."""
        if "loss" not in logs:  # the summary that transformers logs at the end
            return
        state.log_history.clear()  # the record has it all; checkpoints need not carry it
        self._check(state.global_step, logs["loss"], logs.get("grad_norm"))
        self._show(state, logs)
        tail = max(1, self._step.optimizer_steps // 10)
        self.course = Course(self.course.validation, self.course.best, (*self.course.losses, logs["loss"])[-tail:])
        control.should_training_stop |= self._stopper.asked
        if not self._validates_at(state.global_step):
            self._save_when_due(state.global_step)

    def evaluated(self, state: Any, control: Any, metrics: dict[str, float]) -> None:
        """The loss on held-out rows is known."""
        loss, step = float(metrics["eval_loss"]), int(state.global_step)
        validation = (*self.course.validation, (step, loss))
        best = min(validation, key=lambda each: each[1])[0]
        self.course = Course(validation, best, self.course.losses)
        self._events.validated(self._step.id, step, loss)
        self._save_when_due(step)
        if self._stopping is not None and self._stopping.reached([each for _, each in validation]):
            control.should_training_stop = True

    @property
    def speed(self) -> float:
        """Real tokens a second over the last steps."""
        seconds = sum(each for _, each in self._recent)
        return sum(tokens for tokens, _ in self._recent) / seconds if seconds else 0.0

    def _validates_at(self, step: int) -> bool:
        """At the end of every epoch and of the training; with early stopping, whenever a checkpoint is saved."""
        if self._step.validation is None:
            return False
        every = self._step.checkpoint_every if self._stopping else max(1, round(self._steps_in_epoch))
        return step % every == 0 or step == self._step.optimizer_steps

    @property
    def _steps_in_epoch(self) -> float:
        return self._step.optimizer_steps / self._step.epochs if self._step.epochs else self._step.optimizer_steps

    def _check(self, step: int, loss: float, norm: float | None) -> None:
        name = self._step.id.removeprefix("train.")
        help = "lower the learning rate, or train in bf16 or fp32"
        if not math.isfinite(loss):
            raise TrainingFailed(f"the loss of {name} is {loss} at step {step}", help=help)
        if norm is not None and not math.isfinite(norm) and self._step.precision != "fp16":
            raise TrainingFailed(f"the gradients of {name} are {norm} at step {step}", help=help)

    def _show(self, state: Any, logs: dict[str, float]) -> None:
        now = perf_counter()
        seconds, self._began = now - self._began, now
        self._recent.append((self._tokens[state.global_step - 1], seconds))
        left = self._step.optimizer_steps - state.global_step
        point = Point(
            id=self._step.id,
            step=state.global_step,
            steps=self._step.optimizer_steps,
            loss=logs["loss"],
            learning_rate=logs["learning_rate"],
            tokens_per_second=self.speed,
            memory_bytes=memory.used(),
            seconds_left=left * sum(each for _, each in self._recent) / len(self._recent),
            reward=logs.get("reward"),
        )
        figures = {name: logs[name] for name in _FIGURES if name in logs}
        self._events.trained(point, state.epoch, logs.get("grad_norm"), seconds, figures)

    def _save_when_due(self, step: int) -> None:
        is_last = step == self._step.optimizer_steps
        due = step % self._step.checkpoint_every == 0 and (not is_last or self._stopping is not None)
        if not self._method.resumes or not (due or self._stopper.asked):
            return
        checkpoint.save(self.trainer, self._folder, step, self.course)
        kept = {step, self.course.best} if self._stopping is not None else {step}
        if is_first():
            checkpoint.keep_only(self._folder, {each for each in kept if each is not None})
        self._events.checkpoint(self._step.id, step)
        self._began = perf_counter()


def as_callback(attendant: Attendant) -> TrainerCallback:
    """The attendant as transformers calls it."""
    from transformers import TrainerCallback

    class Forward(TrainerCallback):  # type: ignore[misc]
        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            attendant.began()

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            attendant.stepped(state, control)

        def on_optimizer_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            attendant.optimized(state)

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            attendant.logged(state, control, logs or {})

        def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **_: Any) -> None:
            attendant.evaluated(state, control, metrics or {})

    return Forward()
