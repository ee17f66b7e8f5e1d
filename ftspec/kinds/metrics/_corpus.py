"""What BLEU and chrF share: sacrebleu's counts by segment, summed over the corpus."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ftspec.kinds.metrics import Answer, Metric, Need
from ftspec.kinds.metrics._means import some

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class OfCorpus(Metric):
    """A score of summed counts: it belongs to the whole data, and no answer has one of its own."""

    compares = True
    direction = "higher"
    ratio = True
    need: ClassVar[Need] = Need.ANSWERS

    @abstractmethod
    def scorer(self) -> Any:
        """sacrebleu's metric."""

    @abstractmethod
    def of_sums(self, sums: ndarray) -> ndarray:
        """The score of summed counts: shape (draws, counts) to (draws,)."""

    def columns(self, observations: Sequence[Answer]) -> Columns:
        """sacrebleu's counts of each answer, in its order, as `count_00`, `count_01`, …"""
        import numpy as np

        given = [answer.given for answer in some(observations)]
        counts = self.scorer()._extract_corpus_statistics(given, [[answer.expected for answer in observations]])
        return {f"count_{place:02}": column for place, column in enumerate(np.array(counts, dtype=float).T)}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The score of each draw's sums."""
        import numpy as np

        return self.of_sums(weights @ np.stack([columns[name] for name in sorted(columns)], axis=1))
