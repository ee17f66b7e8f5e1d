"""`win_rate(prompts.test, over = imitation, judge = judge)`: how often one model's answer beats another's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from ftspec.kinds.judging import RUBRIC, choice
from ftspec.kinds.metrics import Duel, Metric, Need, NotComputable
from ftspec.kinds.metrics._means import mean, some
from ftspec.spec.types import To

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class WinRate(Metric):
    """The share of prompts for which a judge finds the model's answer better than another model's; a tie is half.

    A reward model scores each answer by itself: the higher one wins. A language model reads both under the rubric and
    says A or B; it is asked a second time with the answers in each other's place, and where it does not stay with the
    same answer, the pair is a tie. A judge that says neither A nor B leaves no value, so that the gate fails. Equal
    answers are ties. (Zheng et al. 2023, arXiv:2306.05685.)
    """

    direction = "higher"
    ratio = True
    need = Need.DUELS
    valid = (
        "win_rate(prompts.test, of = policy, over = imitation, judge = judge)",
        'win_rate(prompts.test, over = imitation, judge = critic, rubric = "The better answer is polite.")',
    )
    invalid = ("win_rate(prompts.test)", "win_rate(prompts.test, judge = judge)")

    over: Annotated[str, To("train")] | Annotated[str, To("model")]
    """Who wrote the other answer: a train, or a `model` block as it is."""

    judge: Annotated[str, To("train")] | Annotated[str, To("model")]
    """Who compares: a reward model, or a language model."""

    rubric: str = Field(default=RUBRIC, min_length=1)
    """What makes an answer better, for a judge that reads."""

    def settings(self) -> dict[str, Any]:
        """Opponent, judge, and what it is told."""
        return {"over": self.over, "judge": self.judge, "rubric": self.rubric}

    def stages(self) -> tuple[str, ...]:
        """Opponent and judge."""
        return (self.over, self.judge)

    def columns(self, observations: Sequence[Duel]) -> Columns:
        """`win`: 1, 0, or ½ for a tie."""
        import numpy as np

        seen = some(observations)
        _check_said(seen)
        wins = np.array([_win(duel) for duel in seen], dtype=float)
        if not np.isfinite(wins).all():
            raise NotComputable("a reward is not a finite number")
        return {"win": wins}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The weighted mean of `win`."""
        return mean(columns["win"], weights)


def _win(duel: Duel) -> float:
    import numpy as np

    if duel.reward is None or duel.reward_over is None:
        return sum(choice(said) == own for said, own in zip(duel.said, "AB", strict=True)) / 2 if duel.said else 0.5
    return float((np.sign(duel.reward - duel.reward_over) + 1) / 2)


def _check_said(duels: Sequence[Duel]) -> None:
    """Raises `NotComputable` where the judge said anything but A or B."""
    said = [each for duel in duels for each in duel.said]
    unclear = [each for each in said if choice(each) is None]
    if unclear:
        raise NotComputable(
            f"the judge answered neither A nor B in {len(unclear)} of {len(said)} cases, first {_quoted(unclear[0])}"
        )


def _quoted(said: str) -> str:
    text = " ".join(said.split())
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"'
