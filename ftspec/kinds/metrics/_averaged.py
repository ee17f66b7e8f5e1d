"""What `precision`, `recall` and `f1` share: how classes become one number."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import model_validator

from ftspec.kinds.metrics import Answer, Metric, Need
from ftspec.kinds.metrics._classes import Counts, averaged, coded, coded_against, counts
from ftspec.kinds.metrics._tags import is_tagged, tag_counts, tag_matrices, tagged
from ftspec.spec.types import Bare

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class ByClass(Metric):
    """A score by class, averaged over classes or read for one of them."""

    compares = True
    direction = "higher"
    ratio = True
    need: ClassVar[Need] = Need.ANSWERS

    average: Literal["macro", "micro", "weighted"] | None = None
    """How classes become one number: each class once (`macro`, the default), every row once (`micro`), or classes
    by their rows (`weighted`)."""

    label: Annotated[str, Bare()] | None = None
    """Read one class alone, in place of an average."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.average is not None and self.label is not None:
            raise ValueError("`label` reads one class, so there is nothing to average: give one of the two")
        return self

    def columns(self, observations: Sequence[Answer]) -> Columns:
        """Class numbers `expected` and `given`; where a row may be in several classes, zeros and ones for each."""
        if any(each.several for each in observations):
            return tagged(observations, self.label)
        return coded(observations) if self.label is None else coded_against(observations, self.label)

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The score of each draw."""
        tally = tag_counts(columns, weights) if is_tagged(columns) else counts(columns, weights)
        if self.average == "micro":
            pooled = Counts(*(side.sum(axis=1, keepdims=True) for side in (tally.hits, tally.given, tally.expected)))
            whole: ndarray = self.by_class(pooled)[:, 0]
            return whole
        return averaged(self.by_class(tally), tally.expected, self.average or "macro")

    def point(self, columns: Columns) -> float:
        """The value as scikit-learn computes it."""
        if is_tagged(columns):
            expected, given = tag_matrices(columns)
            if self.label is not None:
                return float(self.reference(expected[:, 0], given[:, 0], average="binary", zero_division=0))
            return float(self.reference(expected, given, average=self.average or "macro", zero_division=0))
        labels = list(range(int(columns["expected"].max()) + 1))
        arguments = {"labels": labels, "average": self.average or "macro", "zero_division": 0}
        return float(self.reference(columns["expected"], columns["given"], **arguments))

    @abstractmethod
    def by_class(self, tally: Counts) -> Any:
        """The score of each class, of shape (draws, classes)."""

    @abstractmethod
    def reference(self, expected: Any, given: Any, **arguments: Any) -> float:
        """scikit-learn's function."""
