"""The other models that take part in a training: reward models and teachers, each opened once and only read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ftspec.errors import CannotRun

if TYPE_CHECKING:
    from ftspec.evaluate.subjects import Subject
    from ftspec.kinds.objectives._rewards import Said, Score
    from ftspec.run.session import Session

_BATCH_TOKENS = 8192


@dataclass
class Others:
    """Models by the label of the train or `model` block that made them; closed when the block of `with` ends."""

    session: Session
    _open: dict[str, Subject] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Others:
        return self

    def __exit__(self, *_: Any) -> None:
        self._open.clear()
        self._stack.close()

    def opened(self, maker: str) -> Subject:
        """The model behind a label, in evaluation mode and without gradients."""
        from ftspec.run.subjects import RunSubjects

        if maker not in self._open:
            id = f"train.{maker}" if f"train.{maker}" in self.session.plan.by_id else f"model.{maker}"
            subject = self._stack.enter_context(RunSubjects(self.session).open(id))
            subject.model.requires_grad_(False)
            self._open[maker] = subject
        return self._open[maker]

    def scorer(self, train: str) -> Score:
        """What a reward model gives for answers. Raises `CannotRun` for a model of another kind."""
        from ftspec.evaluate.reward import is_reward_model, rewards

        subject = self.opened(train)
        if not is_reward_model(subject):
            raise CannotRun(f"{train} is no reward model", "train it with `objective = reward()`")
        model = self.session.train_step(f"train.{train}").model
        closing = self.closing(model)

        def score(said: Sequence[Said]) -> list[float]:
            # A cut answer is left open: the reward model sees that it was not ended.
            rows = [[*each.prompt, *each.answer, *(closing if each.finished else ())] for each in said]
            return rewards(subject, rows, _BATCH_TOKENS)

        return score

    def ends(self, model: str) -> frozenset[int]:
        """Every token that ends an answer of a model."""
        from ftspec.data import end_of_turn

        return end_of_turn(self.session.tokenizer(model))[0]

    def closing(self, model: str) -> tuple[int, ...]:
        """The ids that a conversation ends with after an answer: the end of turn, and what the template writes then."""
        from ftspec.data import Row, Turn, encode

        turns = (Turn("user", "a", False), Turn("assistant", "a", True))
        [row] = encode([Row("a", "", 1, {}, turns)], self.session.tokenizer(model), 1 << 20)
        start = row.trained.index(True)
        answer = next(place for place in range(start, len(row.ids)) if row.ids[place] in self.ends(model))
        return tuple(row.ids[answer:])
