"""`bias_gap(loans.test, group = gender)`: how differently the model treats groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from ftspec.kinds.metrics import Answer, Metric, Need, NotComputable, Swapped
from ftspec.kinds.metrics._classes import coded, label_set
from ftspec.kinds.metrics._means import mean, quotient
from ftspec.spec.types import Bare, FieldName, FilePath

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class BiasGap(Metric):
    """The largest difference between groups of rows in how often they get an answer.

    By `demographic_parity` the share of a group's rows that get it (fairlearn's `demographic_parity_difference`), by
    `equalized_odds` that share among rows that expect it, and among rows that don't, whichever differs more
    (`equalized_odds_difference`). Without a `label`, the answer for which the gap is largest.

    With `swaps` in place of a group, the share of rows whose answer changes when listed words are exchanged for their
    counterparts, of the rows in which one stands (counterfactual fairness, Kusner et al. 2017, arXiv:1703.06856).
    """

    direction = "lower"
    ratio = True
    paths = ("swaps",)
    valid = (
        'bias_gap(loans.test, swaps = "swaps.txt")',
        "bias_gap(loans.test, group = gender)",
        "bias_gap(loans.test, group = gender, label = approve, by = equalized_odds)",
    )
    invalid = ("bias_gap(loans.test)", "bias_gap(loans.test, group = gender, by = luck)")

    group: Annotated[FieldName, Field(min_length=1)] | None = None
    """The field of the rows whose values are the groups."""

    swaps: FilePath | None = None
    """A text file with a pair of words a line, `he, she`: each is exchanged for the other, whole and in any case."""

    label: Annotated[str, Bare()] | None = None
    """The answer that is looked at."""

    by: Literal["demographic_parity", "equalized_odds"] = "demographic_parity"
    """What should be equal."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.group is None) == (self.swaps is None):
            raise ValueError("name what should make no difference: `group` or `swaps`, one of the two")
        return self

    @property
    def need(self) -> Need:  # type: ignore[override]
        """Answers, or pairs of them."""
        return Need.ANSWERS if self.swaps is None else Need.SWAPS

    @property
    def proportion(self) -> bool:  # type: ignore[override]
        """Whether it is the plain share of rows whose answer changes."""
        return self.swaps is not None

    def settings(self) -> dict[str, Any]:
        """What is exchanged."""
        return {} if self.swaps is None else {"swaps": self.swaps}

    @property
    def field(self) -> str | None:
        """The field of the groups."""
        return self.group

    def columns(self, observations: Sequence[Any]) -> Columns:
        """Numbers of the `expected` and the `given` answer and of the `group`; with swaps `hit`: 1 where it changes."""
        import numpy as np

        if self.swaps is not None:
            return {"hit": np.array([_changes(each) for each in _some(observations)], dtype=float)}
        return self._grouped(observations)

    def _grouped(self, observations: Sequence[Answer]) -> Columns:
        import numpy as np

        labels = label_set(observations)
        if self.label is not None and self.label not in labels:
            raise NotComputable(f"no row expects {self.label!r}; the data has {', '.join(map(repr, labels[:8]))}")
        without = sum(answer.attribute is None for answer in observations)
        if without:
            raise NotComputable(f"{without} rows have no field {self.group!r}")
        groups = sorted({str(answer.attribute) for answer in observations})
        if len(groups) < 2:
            raise NotComputable(f"every row has the same {self.group}, {groups[0]!r}: there is nothing to compare")
        columns = coded(observations)
        if self.label is not None:
            place = labels.index(self.label)
            columns = {side: (codes == place).astype(np.int64) for side, codes in columns.items()}
        return {**columns, "group": np.array([groups.index(str(answer.attribute)) for answer in observations])}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The largest gap over answers, and over conditions for equalized odds."""
        import numpy as np

        if self.swaps is not None:
            return mean(columns["hit"], weights)
        classes = [1] if self.label is not None else range(int(columns["expected"].max()) + 1)
        gaps = [self._gap(columns, weights, each) for each in classes]
        largest: ndarray = np.nanmax(np.stack(gaps), axis=0)
        return largest

    def _gap(self, columns: Columns, weights: ndarray, answer: int) -> Any:
        import numpy as np

        given, expected = columns["given"] == answer, columns["expected"] == answer
        match self.by:
            case "demographic_parity":
                conditions = [np.ones(len(given), dtype=bool)]
            case "equalized_odds":
                conditions = [expected, ~expected]
        return np.stack([_range(given, each, columns["group"], weights) for each in conditions]).max(axis=0)


def _some(observations: Sequence[Swapped]) -> Sequence[Swapped]:
    if not observations:
        raise NotComputable("no row has a word of the list, so nothing was exchanged")
    return observations


def _changes(pair: Swapped) -> bool:
    return pair.given.strip() != pair.other_given.strip()


def _range(given: Any, counted: Any, group: Any, weights: ndarray) -> Any:
    """Largest minus smallest share of `given` among the `counted` rows of each group that has any."""
    import numpy as np

    members = (group[:, None] == np.arange(int(group.max()) + 1)) & counted[:, None]
    shares = quotient(weights @ (members & given[:, None]), weights @ members.astype(float))
    return np.nanmax(shares, axis=1, initial=-np.inf) - np.nanmin(shares, axis=1, initial=np.inf)
