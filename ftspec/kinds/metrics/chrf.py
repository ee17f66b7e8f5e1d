"""`chrf(translations.test)`: the overlap of character sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from ftspec.kinds.metrics._corpus import OfCorpus

if TYPE_CHECKING:
    from numpy import ndarray

_BETA = 2


class Chrf(OfCorpus):
    """chrF over the whole data (sacrebleu, Popović 2015), between 0 and 1: sacrebleu's score over 100.

    Up to six characters in sequence, recall weighing twice as much as precision (β = 2).
    """

    valid = ("chrf(translations.test)", "chrf(translations.test, word_order = 2)")
    invalid = ("chrf(translations.test, word_order = 9)", "chrf()")

    word_order: Annotated[int, Field(ge=0, le=4)] = 0
    """Words in sequence that count too: 2 is chrF++."""

    lowercase: bool = False
    """Compare without case."""

    def scorer(self) -> Any:
        """sacrebleu's chrF."""
        from sacrebleu.metrics import CHRF

        return CHRF(word_order=self.word_order, beta=_BETA, lowercase=self.lowercase)

    def of_sums(self, sums: ndarray) -> ndarray:
        """`CHRF._compute_f_score` without epsilon smoothing, for all draws at once."""
        import numpy as np

        given, expected, hits = (sums[:, place::3] for place in range(3))
        counted = (given > 0) & (expected > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            precision = np.where(counted, hits / given, 0.0).sum(axis=1) / counted.sum(axis=1)
            recall = np.where(counted, hits / expected, 0.0).sum(axis=1) / counted.sum(axis=1)
            score: ndarray = (1 + _BETA**2) * precision * recall / (_BETA**2 * precision + recall)
        score[np.isnan(score)] = 0.0
        return score
