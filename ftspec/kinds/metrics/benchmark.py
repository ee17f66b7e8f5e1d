"""`benchmark("hellaswag")`: a public benchmark, by EleutherAI's evaluation harness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from ftspec.kinds.metrics import Benched, Metric, Need, NotComputable
from ftspec.kinds.metrics._means import mean, some
from ftspec.spec.types import FilePath

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class Benchmark(Metric):
    """The mean of a benchmark's own score over its samples (lm-evaluation-harness; Gao et al. 2024).

    The score must lie between 0 and 1, as accuracy and exact match do. The data sets of the harness come from the hub's
    cache. Needs the `benchmark` extra.
    """

    direction = "higher"
    ratio = True
    need = Need.BENCHMARK
    uses = 0
    positional = ("name",)
    paths = ("tasks",)
    valid = ('benchmark("hellaswag")', 'benchmark("hellaswag", score = "acc_norm", shots = 5, limit = 200)')
    invalid = ("benchmark()", 'benchmark("hellaswag", shots = 1.5)')

    name: Annotated[str, Field(min_length=1, pattern=r"^[\w./-]+$")]
    """The harness's name for the task."""

    score: str | None = None
    """The task's score to read, such as `acc_norm`; its first one unless named."""

    shots: Annotated[int, Field(ge=0, le=64)] | None = None
    """Examples before each question; the task's own number unless given."""

    limit: Annotated[int, Field(ge=1)] | None = None
    """Read this many samples of each task, from its start; all unless given."""

    tasks: FilePath | None = None
    """A folder with tasks of your own. Tasks can run code, so this needs `--allow-code`."""

    def settings(self) -> dict[str, Any]:
        """All of it: the harness asks the model itself."""
        return self.arguments()

    def columns(self, observations: Sequence[Benched]) -> Columns:
        """`score` of each sample."""
        import numpy as np

        scores = np.array([each.score for each in some(observations)], dtype=float)
        if not (np.isfinite(scores) & (scores >= 0) & (scores <= 1)).all():
            raise NotComputable(f"the score of {self.name} does not lie between 0 and 1: name another with `score`")
        return {"score": scores}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The weighted mean."""
        return mean(columns["score"], weights)
