"""Generated answers beside the expected ones: what changed from the baseline, and which classes are mixed up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ftspec.evaluate.results import data_name
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Evaluate, PlannedUse
from ftspec.report import numbers
from ftspec.report.charts import confusion
from ftspec.report.charts.figure import HALF, Figure, figure
from ftspec.report.read import RunFolder

_MOST_LABELS = 12
_MOST_WORSE = 20
_ELSE = "anything else"


@dataclass(frozen=True, slots=True)
class Given:
    """One answer to one row."""

    expected: str
    given: str

    @property
    def right(self) -> bool:
        """Whether they are the same, white space at the ends aside: as `accuracy` compares them."""
        return self.expected.strip() == self.given.strip()


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How well one label is told from the others."""

    label: str
    rows: str
    recall: str
    precision: str
    mixed_up: str
    """The wrong answer that is given most often, with its count."""


@dataclass(frozen=True, slots=True)
class Change:
    """The same rows before and after training."""

    became_right: int
    became_wrong: int
    stayed_right: int
    stayed_wrong: int


@dataclass(frozen=True, slots=True)
class Worse:
    """A row that was answered rightly before training, and no longer is."""

    item: str
    expected: str
    after: str


@dataclass(frozen=True, slots=True)
class AnswersView:
    """The answers of one model to one part of the data."""

    title: str
    change: Change | None
    matrices: tuple[Figure, ...]
    labels: tuple[LabelScore, ...]
    worse: tuple[Worse, ...]


Answers = Mapping[str, Given]
"""By item."""


def compared(run: RunFolder) -> tuple[AnswersView, ...]:
    """Every part of the data that a trained model answered with labels, beside the base model's answers.

    The model that ships comes first. Of further seeds their gates say enough.
    """
    found, seeds = observed(run), _further_seeds(run.plan)
    shown = sorted(found.items(), key=lambda each: each[0][1] != _SHIPS)
    views = []
    for (use, subject), after in shown:
        before = next((given for (other, of), given in found.items() if other == use and _is_base(of)), {})
        if not _is_base(subject) and subject not in seeds and label_set(after.values()):
            views.append(_view(data_name((use,)) + _by(subject), before, after))
    return tuple(views)


_SHIPS = "export"


def _by(subject: str) -> str:
    """Whose answers they are, where they are not those of the model that ships."""
    if subject == _SHIPS:
        return ""
    kind, _, name = subject.partition(".")
    if kind == _SHIPS:
        return f", {name}"
    return f" by the stage {name}" if kind == "train" else " by the model that shipped last"


def _further_seeds(plan: Plan) -> frozenset[str]:
    """The models of all trainings but the first."""
    subjects = {each.id: each.subject for step in plan.of(Evaluate) for each in step.measurements}
    again = {subjects[id] for gate in plan.gates for run in gate.repeats for id in run.values()}
    return frozenset(again - {subjects[gate.measurement] for gate in plan.gates})


def labels(run: RunFolder) -> dict[str, dict[str, Counter[str]]]:
    """By the id of a data step and by split: how often each label is expected, as far as rows were answered."""
    counted: dict[str, dict[str, Counter[str]]] = {}
    for (use, _), given in observed(run).items():
        if label_set(given.values()):
            counts = Counter(answer.expected.strip() for answer in given.values())
            counted.setdefault(use.data, {})[use.split] = counts
    return counted


def observed(run: RunFolder) -> Mapping[tuple[PlannedUse, str], Answers]:
    """All generated answers, by the part of the data and the model that gave them."""
    found: dict[tuple[PlannedUse, str], dict[str, Given]] = {}
    for measurement in (each for step in run.plan.of(Evaluate) for each in step.measurements):
        for line in run.items.get(measurement.id, ()):
            match line:
                case {"item": str(item), "expected": str(expected), "given": str(given), "part": int(part)}:
                    use = measurement.uses[part]
                    found.setdefault((use, measurement.subject), {})[item] = Given(expected, given)
    return found


def _is_base(subject: str) -> bool:
    """Whether a subject is a model as it was fetched."""
    return subject.startswith("model.")


def _view(title: str, before: Answers, after: Answers) -> AnswersView:
    names = label_set(after.values())
    sides = (("before training", before), ("after training", after))
    return AnswersView(
        title=title,
        change=_change(before, after) if before else None,
        matrices=tuple(_matrix(names, list(given.values()), name) for name, given in sides if given),
        labels=tuple(_score(label, list(after.values())) for label in names),
        worse=_worse(before, after),
    )


def label_set(answers: Iterable[Given]) -> tuple[str, ...]:
    """The distinct expected answers, when there are two to twelve and each, on average, is expected twice."""
    found = [answer.expected.strip() for answer in answers]
    labels = sorted(set(found))
    return tuple(labels) if 2 <= len(labels) <= _MOST_LABELS and len(found) >= 2 * len(labels) else ()


def _matrix(labels: Sequence[str], given: Sequence[Given], name: str) -> Figure:
    cells = Counter((answer.expected.strip(), _column(answer.given.strip(), labels)) for answer in given)
    outside = any(column == _ELSE for _, column in cells) and _ELSE not in labels
    columns = (*labels, _ELSE) if outside else tuple(labels)
    counts = tuple(tuple(cells[row, column] for column in columns) for row in labels)
    matrix = confusion.Confusion(tuple(labels), columns, counts, name)
    return figure(lambda width: confusion.draw(matrix, width), HALF, name)


def _column(given: str, labels: Sequence[str]) -> str:
    return given if given in labels else _ELSE


def _change(before: Answers, after: Answers) -> Change:
    pairs = Counter((before[item].right, after[item].right) for item in after if item in before)
    return Change(pairs[False, True], pairs[True, False], pairs[True, True], pairs[False, False])


def _worse(before: Answers, after: Answers) -> tuple[Worse, ...]:
    lost = [item for item in after if item in before and before[item].right and not after[item].right]
    return tuple(Worse(item, after[item].expected, after[item].given) for item in lost[:_MOST_WORSE])


def _score(label: str, given: Sequence[Given]) -> LabelScore:
    expected = [answer for answer in given if answer.expected.strip() == label]
    answered = [answer for answer in given if answer.given.strip() == label]
    hits = sum(answer.right for answer in expected)
    wrong = Counter(answer.given.strip() for answer in expected if not answer.right).most_common(1)
    return LabelScore(
        label=label,
        rows=numbers.count(len(expected)),
        recall=numbers.share(hits / len(expected)),
        precision=numbers.share(hits / len(answered)) if answered else "never answered",
        mixed_up=f"{confusion.short(wrong[0][0] or 'nothing', 40)} ({wrong[0][1]})" if wrong else "",
    )
