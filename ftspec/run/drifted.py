"""New data against the data that a run was scored on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.evaluate.drift import LEVEL, Distance, ScoreDrift, input_drift, score_drift
from ftspec.evaluate.kept import Damaged, kept
from ftspec.plan.canonical import dumps
from ftspec.plan.steps import Evaluate, Train
from ftspec.run.session import Session
from ftspec.spec.types import Frozen

if TYPE_CHECKING:
    from ftspec.data import Row
    from ftspec.evaluate import Measurements


class Drift(Frozen):
    """One data set, then and now."""

    data: str
    rows: tuple[int, int]
    """Old and new."""

    inputs: tuple[Distance, ...]
    """How far apart the texts are; empty where one side has fewer than two rows."""

    scores: tuple[ScoreDrift, ...]
    known: int = 0
    """New rows that are, nearly or in long passages, rows of the same data set that the run was trained on."""

    @property
    def has_drifted(self) -> bool:
        """Whether texts or scores have moved by more than chance."""
        return any(each.p <= LEVEL for each in self.inputs) or any(each.has_moved for each in self.scores)

    @staticmethod
    def to_json(drifts: Sequence[Drift]) -> str:
        """The canonical text of `drift.json`."""
        return dumps([each.model_dump(mode="json") for each in drifts])


def drifted(data: str, now: Session, then: Session, new: Measurements) -> Drift:
    """Texts and scores of a data set against those of the run.

    Raises:
        CannotRun: the run's own data is not as it was.
    """
    [step] = now.plan.of(Evaluate)
    about = {each.id for each in step.measurements if any(use.data == data for use in each.uses)}
    [before] = then.plan.of(Evaluate)
    uses = {use for each in before.measurements if each.id in about for use in each.uses if use.data == data}
    old_rows = [row for use in sorted(uses, key=lambda use: use.split) for row in then.rows(use)]
    new_rows = list(now.prepared(data).rows("all"))
    enough = min(len(old_rows), len(new_rows)) >= 2
    return Drift(
        data=data.removeprefix("data."),
        rows=(len(old_rows), len(new_rows)),
        inputs=tuple(input_drift(_texts(old_rows), _texts(new_rows))) if enough else (),
        scores=tuple(_scores(about, before, then, new)),
        known=_known(data, then, new_rows),
    )


def _known(data: str, then: Session, new: Sequence[Row]) -> int:
    """By the rules that a plan finds leaks by."""
    from ftspec.data.overlap import find_leaks

    uses = dict.fromkeys(step.data for step in then.plan.of(Train) if step.data.data == data)
    seen = [row for use in uses for row in then.rows(use)]
    return sum(leak.how not in ("part", "question") for leak in find_leaks(seen, new)) if seen else 0


def _texts(rows: Sequence[Row]) -> list[str]:
    """What the model is asked: every turn that does not train; the whole of plain text."""
    asked = ("\n".join(turn.text for turn in row.turns if not turn.trains) for row in rows)
    return [text or row.text for text, row in zip(asked, rows, strict=True)]


def _scores(about: set[str], before: Evaluate, then: Session, new: Measurements) -> list[ScoreDrift]:
    try:
        old = kept(before, then.folder.items)
    except Damaged:
        return []
    ids = [id for id in new.by_id if id in about and id in old.by_id and new[id].measurement.subject == "export"]
    found = ((id, score_drift(old[id], new[id])) for id in ids)
    return [drift.model_copy(update={"measurement": id}) for id, drift in found if drift is not None]
