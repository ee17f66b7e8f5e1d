"""`bleu(translations.test)`: the overlap of word sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ftspec.kinds.metrics._corpus import OfCorpus

if TYPE_CHECKING:
    from numpy import ndarray

_ORDERS = 4


class Bleu(OfCorpus):
    """BLEU over the whole data (sacrebleu, Papineni et al. 2002), between 0 and 1: sacrebleu's score over 100.

    Up to four words in sequence, exponential smoothing, one reference, as sacrebleu does unless told otherwise.
    """

    valid = ("bleu(translations.test)", "bleu(translations.test, tokenize = char)")
    invalid = ("bleu(translations.test, tokenize = words)", "bleu()")

    tokenize: Literal["13a", "char", "intl", "none", "zh"] = "13a"
    """sacrebleu's way of making words: `13a` for most languages, `zh` or `char` for those without spaces."""

    lowercase: bool = False
    """Compare without case."""

    def scorer(self) -> Any:
        """sacrebleu's BLEU."""
        from sacrebleu.metrics import BLEU

        return BLEU(tokenize=self.tokenize, lowercase=self.lowercase)

    def of_sums(self, sums: ndarray) -> ndarray:
        """`BLEU.compute_bleu` with exponential smoothing, for all draws at once."""
        import numpy as np

        given, expected = sums[:, 0], sums[:, 1]
        hits, total = sums[:, 2 : 2 + _ORDERS], sums[:, 2 + _ORDERS :]
        halvings = np.cumsum((hits == 0) & (total > 0), axis=1)
        counted = np.where(hits == 0, 0.5**halvings, hits)
        with np.errstate(divide="ignore", invalid="ignore"):
            precision = np.where(total > 0, counted / total, 0.0)
            brevity = np.where(given < expected, np.exp(1 - expected / given), 1.0)
            score: ndarray = brevity * np.exp(np.log(precision).mean(axis=1))
        score[(hits.sum(axis=1) == 0) | (given == 0)] = 0.0
        return score
