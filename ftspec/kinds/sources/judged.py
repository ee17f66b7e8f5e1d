"""`judged(imitation, judge, prompts.train, rubric = "...")`: preferences by a model (RLAIF, Lee et al. 2023)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.judging import OPTIONS, RUBRIC, question
from ftspec.kinds.sources._generated import Generated
from ftspec.kinds.writing import Asked, Maker, Talk, Writer
from ftspec.spec.data import Format


class Judged(Generated):
    """Pairs of a model's own answers, compared by a judge.

    A language model reads both answers under the rubric, and how likely it finds `A` and `B` decides; it is asked a
    second time with the answers in each other's place. Where the two do not agree, the pair is a tie: it is kept with
    `tie = true`, and `clean { keep = "not tie" }` leaves it out of a training. A reward model scores each answer by
    itself, without a rubric. (Zheng et al. 2023, arXiv:2306.05685; Lee et al. 2023, arXiv:2309.00267.)
    """

    positional: ClassVar[tuple[str, ...]] = ("model", "judge", "prompts")
    format: ClassVar[Format] = "preference"
    row_fields: ClassVar[tuple[str, ...]] = (
        "prompt", "chosen", "rejected", "tie", "margin", "orders", "item", "samples", "judge", "model", "seed",
    )  # fmt: skip
    valid: ClassVar[tuple[str, ...]] = (
        'judged(imitation, judge, prompts.train, rubric = "The better answer is polite.")',
        "judged(model = imitation, judge = judge, prompts = prompts.train, samples = 3)",
    )
    invalid: ClassVar[tuple[str, ...]] = ("judged(imitation, judge)", "judged(imitation, judge, p.train, samples = 1)")

    judge: Maker
    """Who compares: a language model, or a reward model."""

    samples: int = Field(default=2, ge=2)
    """Answers to each prompt; every two of them are compared."""

    rubric: str = Field(default=RUBRIC, min_length=1)
    """What makes an answer better, for a judge that reads."""

    def makers(self) -> tuple[str, ...]:
        """Writer and judge."""
        return (self.model, self.judge)

    def expected_rows(self, prompts: int) -> int:
        """One for each pair."""
        return prompts * self.samples * (self.samples - 1) // 2

    def written(self, writer: Writer) -> Iterator[dict[str, Any]]:
        """Pair after pair of all prompts. Ties are in the order in which their answers were drawn."""
        asked = writer.prompts()
        talks = [each.talk for each in asked]
        drawn = [writer.draw(self.model, talks, f"sample {sample}") for sample in range(self.samples)]
        for one, two in combinations(range(self.samples), 2):
            orders = self._margins(writer, asked, drawn[one], drawn[two])
            for place, each in enumerate(asked):
                yield self._row(each, (drawn[one][place], drawn[two][place]), orders[place], (one, two))

    def _margins(
        self, writer: Writer, asked: Sequence[Asked], first: Sequence[str], second: Sequence[str]
    ) -> list[tuple[float, float]]:
        """By how much the first answer is preferred: with it in the first place, and in the second."""
        talks = [each.talk for each in asked]
        ones = writer.rate(self.judge, talks, first)
        twos = writer.rate(self.judge, talks, second)
        if ones is not None and twos is not None:
            return [(a - b, a - b) for a, b in zip(ones, twos, strict=True)]
        straight = self._compared(writer, asked, first, second)
        swapped = self._compared(writer, asked, second, first)
        return [(a, -b) for a, b in zip(straight, swapped, strict=True)]

    def _compared(self, writer: Writer, asked: Sequence[Asked], one: Sequence[str], two: Sequence[str]) -> list[float]:
        """log p(A) − log p(B) for each pair, `one` in the place of A."""
        questions = [self._question(each, a, b) for each, a, b in zip(asked, one, two, strict=True)]
        return [likelihoods[0] - likelihoods[1] for likelihoods in writer.choose(self.judge, questions, OPTIONS)]

    def _question(self, asked: Asked, first: str, second: str) -> Talk:
        return (("user", question(self.rubric, asked.text, first, second)),)

    def _row(
        self, asked: Asked, answers: tuple[str, str], orders: tuple[float, float], samples: tuple[int, int]
    ) -> dict[str, Any]:
        agreed = orders[0] * orders[1] > 0 and answers[0] != answers[1]
        margin = sum(orders) / 2
        swap = agreed and margin < 0
        chosen, rejected = reversed(answers) if swap else answers
        return {
            "prompt": asked.prompt,
            "chosen": chosen,
            "rejected": rejected,
            "tie": not agreed,
            "margin": round(abs(margin), 4),
            "orders": [round(each, 4) for each in orders],
            "item": asked.item,
            **self.provenance(judge=self.judge, samples=list(reversed(samples) if swap else samples)),
        }
