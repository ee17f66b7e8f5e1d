"""Metrics: what a gate measures. One file a metric.

A metric turns observations into per-item columns, and a `statistic` turns columns and item weights into
values. A bootstrap draw is nothing but other weights, so the value and its interval come from one formula: an item
of weight two is two items, an item of weight zero is none.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from ftspec.kinds.metrics._observations import (
    Answer,
    Benched,
    Choice,
    Continuation,
    Duel,
    Observation,
    Peak,
    Preference,
    Rated,
    Reward,
    Size,
    Swapped,
    Timing,
    TokenLoss,
)
from ftspec.spec.kind import Kind

if TYPE_CHECKING:
    from numpy import ndarray
    from numpy.typing import NDArray

    Columns = Mapping[str, NDArray[Any]]

__all__ = [
    "Answer",
    "Benched",
    "Choice",
    "Continuation",
    "Duel",
    "Metric",
    "Need",
    "NotComputable",
    "NotYet",
    "Observation",
    "Peak",
    "Preference",
    "Rated",
    "Reward",
    "Size",
    "Swapped",
    "Timing",
    "TokenLoss",
]


class Need(StrEnum):
    """What must be observed before a metric can be taken."""

    ANSWERS = "answers"
    TOKEN_LOSSES = "token_losses"
    CONTINUATIONS = "continuations"
    TIMINGS = "timings"
    BATCH_TIMINGS = "batch_timings"
    CHOICES = "choices"
    PREFERENCES = "preferences"
    REWARDS = "rewards"
    DUELS = "duels"
    MEMORY = "memory"
    SIZE = "size"
    BENCHMARK = "benchmark"
    RATINGS = "ratings"
    SWAPS = "swaps"


class NotComputable(Exception):
    """Raised when a metric has no value on these observations; the gate fails with this reason."""


class NotYet(NotComputable):
    """Raised when there are not enough observations yet; the gate is inconclusive with this reason."""


class Metric(Kind):
    """One number that a gate reads."""

    direction: ClassVar[Literal["higher", "lower"]]
    """Which way is better."""

    both_ways: ClassVar[bool] = False
    """Whether the other way is wanted on some data, as refusals are on harmful questions."""

    ratio: ClassVar[bool] = False
    """Whether it lies between 0 and 1 and is shown in per cent."""

    unit: ClassVar[str] = ""
    """The unit after the number: `s`, `tokens/s`, `GiB`."""

    need: ClassVar[Need]
    """What must be observed."""

    reads_training_data: ClassVar[bool] = False
    """Whether it is made for data that training reads."""

    compares: ClassVar[bool] = False
    """Whether it compares what is answered with what is expected: prompts alone and plain text have nothing to."""

    uses: ClassVar[int] = 1
    """How many data references it takes."""

    proportion: ClassVar[bool] = False
    """Whether it is the plain share of items whose column `hit` is 1: their interval is then a binomial one."""

    mean_of: ClassVar[Literal["items", "logs"] | None] = None
    """`items` for a mean over items or a quotient of two sums, `logs` for e to the power of one: t intervals hold."""

    paths: ClassVar[tuple[str, ...]] = ()
    """The fields that name a file or a folder, relative to the spec's folder."""

    runs_code: ClassVar[bool] = False
    """Whether it runs code that the spec names: then only with `--allow-code`, and the plan holds the file's hash."""

    def settings(self) -> dict[str, Any]:
        """What the observation itself depends on, beside its need: metrics with equal ones share observations."""
        return {}

    def stages(self) -> tuple[str, ...]:
        """The labels of other trains and models that take part: opponents first, then who judges."""
        return ()

    def opponent(self) -> str | None:
        """The label of the train whose answers people compare with the model's; None for the untrained model."""
        return None

    @property
    def quantile(self) -> tuple[str, float] | None:
        """Column and share, where the value is the quantile below which that share of the column lies."""
        return None

    @property
    def field(self) -> str | None:
        """The field of the rows that the metric looks at beside the answer; it arrives as `Answer.attribute`."""
        return None

    def placed(self, root: Path) -> Self:
        """The same metric with its paths resolved in the spec's folder."""
        named = {name: getattr(self, name) for name in self.paths}
        return self.model_copy(update={name: str(root / path) for name, path in named.items() if path is not None})

    def point(self, columns: "Columns") -> float:
        """The value of all items, each counted once."""
        import numpy as np

        n = len(next(iter(columns.values())))
        return float(self.statistic(columns, np.ones((1, n)))[0])

    @abstractmethod
    def columns(self, observations: Sequence[Any]) -> "Columns":
        """Per-item arrays of equal length n. Raises `NotComputable` where there is no value.

        A metric with several `uses` finds the number of each item's data in a column `part` that is added to these.
        """

    @abstractmethod
    def statistic(self, columns: "Columns", weights: "ndarray") -> "ndarray":
        """Values of shape (draws,) for item weights of shape (draws, n); all-one weights give the value itself."""
