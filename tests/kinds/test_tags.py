"""Scores over rows that may be in several classes, against scikit-learn on indicator matrices."""

from __future__ import annotations

import random

import pytest

from ftspec.kinds.metrics import Answer, NotComputable
from ftspec.kinds.metrics.f1 import F1
from ftspec.kinds.metrics.precision import Precision
from ftspec.kinds.metrics.recall import Recall

LABELS = ("angry", "long", "urgent")


def answers() -> list[Answer]:
    """Sixty rows in any number of three classes."""
    generator = random.Random(0)

    def some() -> str:
        return ", ".join(label for label in LABELS if generator.random() < 0.5)

    return [Answer(str(number), "", some(), some(), several=True) for number in range(60)]


@pytest.mark.parametrize("metric", [F1, Precision, Recall])
@pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
def test_point_and_statistic_agree(metric: type, average: str) -> None:
    """The bootstrap's formula gives scikit-learn's number when every row counts once."""
    import numpy as np

    made = metric.model_construct(average=average, label=None)
    columns = made.columns(answers())
    assert made.statistic(columns, np.ones((1, 60)))[0] == pytest.approx(made.point(columns))


def test_one_class_is_a_question_of_its_own() -> None:
    """`label = angry` reads that class alone; one that no row is in cannot be read."""
    from sklearn.metrics import f1_score

    rows = answers()
    made = F1.model_construct(average=None, label="angry")
    wanted = f1_score(["angry" in r.expected for r in rows], ["angry" in r.given for r in rows])
    assert made.point(made.columns(rows)) == pytest.approx(wanted)
    with pytest.raises(NotComputable, match="no row expects 'calm'"):
        F1.model_construct(average=None, label="calm").columns(rows)
