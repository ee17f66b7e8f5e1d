"""`bias_gap(loans.test, group = gender)`: how differently the model treats groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from ftspec.kinds.metrics import Answer, Metric, Need, NotComputable
from ftspec.kinds.metrics._classes import coded, label_set
from ftspec.kinds.metrics._means import quotient
from ftspec.spec.types import Bare, FieldName

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class BiasGap(Metric):
    """The largest difference between groups of rows in how often they get an answer.

    By `demographic_parity` the share of a group's rows that get it (fairlearn's `demographic_parity_difference`), by
    `equalized_odds` that share among rows that expect it, and among rows that don't, whichever differs more
    (`equalized_odds_difference`). Without a `label`, the answer for which the gap is largest.
    """

    direction = "lower"
    ratio = True
    need = Need.ANSWERS
    valid = (
        "bias_gap(loans.test, group = gender)",
        "bias_gap(loans.test, group = gender, label = approve, by = equalized_odds)",
    )
    invalid = ("bias_gap(loans.test)", "bias_gap(loans.test, group = gender, by = luck)")

    group: Annotated[FieldName, Field(min_length=1)]
    """The field of the rows whose values are the groups."""

    label: Annotated[str, Bare()] | None = None
    """The answer that is looked at."""

    by: Literal["demographic_parity", "equalized_odds"] = "demographic_parity"
    """What should be equal."""

    @property
    def field(self) -> str:
        """The field of the groups."""
        return self.group

    def columns(self, observations: Sequence[Answer]) -> Columns:
        """Numbers of the `expected` and the `given` answer, and of the `group`."""
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


def _range(given: Any, counted: Any, group: Any, weights: ndarray) -> Any:
    """Largest minus smallest share of `given` among the `counted` rows of each group that has any."""
    import numpy as np

    members = (group[:, None] == np.arange(int(group.max()) + 1)) & counted[:, None]
    shares = quotient(weights @ (members & given[:, None]), weights @ members.astype(float))
    return np.nanmax(shares, axis=1, initial=-np.inf) - np.nanmin(shares, axis=1, initial=np.inf)
