"""What the three ROUGE metrics share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from ftspec.kinds.metrics import Answer
from ftspec.kinds.metrics._means import MeanOfAnswers


class Rouge(MeanOfAnswers):
    """The mean F-measure of one kind of overlap (the `rouge-score` package, Lin 2004)."""

    compares = True
    overlap: ClassVar[str]
    """The name that rouge-score has for it."""

    stemmer: bool = False
    """Compare stems (Porter) in place of words; for English alone."""

    def scores(self, answers: Sequence[Answer]) -> Sequence[float]:
        """The F-measure of each answer against the expected text."""
        from rouge_score.rouge_scorer import RougeScorer

        scorer = RougeScorer([self.overlap], use_stemmer=self.stemmer)
        return [scorer.score(answer.expected, answer.given)[self.overlap].fmeasure for answer in answers]
