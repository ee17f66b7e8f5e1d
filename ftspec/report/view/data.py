"""The data: what was read, what cleaning took out, how the rest was split, and how its labels are balanced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ftspec.plan.facts import CleanFacts, Example
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Evaluate, Generate, PrepareData, Train
from ftspec.report import numbers
from ftspec.report.charts import lengths
from ftspec.report.charts.figure import HALF, WIDE, Figure, figure
from ftspec.report.charts.parts import draw, single
from ftspec.report.charts.svg import Drawing
from ftspec.report.history import History
from ftspec.report.spelling import spell
from ftspec.report.view.statistics import StatisticsView, described

_SPLITS = ("train", "validation", "test")

LabelCounts = Mapping[str, Mapping[str, int]]
"""By split, how often each expected answer occurs."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One cleaning step."""

    name: str
    dropped: int
    changed: int
    left: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class SplitView:
    """One split: its rows, and what reads them."""

    name: str
    rows: str
    share: str
    tokens: str
    """Empty where no tokenizer was at hand when the plan was made."""

    readers: str


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One label: by split its count, its share and a bar."""

    label: str
    cells: tuple[tuple[str, str, Drawing], ...]


@dataclass(frozen=True, slots=True)
class DataView:
    """One data set."""

    name: str
    source: str
    sentence: str
    split_by: str
    cleaned: tuple[Cleaned, ...]
    splits: tuple[SplitView, ...]
    bar: Figure
    lengths: tuple[Figure, ...]
    """Row lengths as each stage that trains on it sees them."""

    label_splits: tuple[str, ...]
    labels: tuple[LabelRow, ...]
    statistics: StatisticsView | None


def data(
    plan: Plan,
    answered: Mapping[str, LabelCounts],
    statistics: Mapping[str, Mapping[str, Any]],
    history: History | None = None,
) -> tuple[DataView, ...]:
    """Every data set of the plan.

    Args:
        plan: The plan.
        answered: Labels by the ids of their steps, as far as rows were answered; for plans that count none.
        statistics: By the names of data sets.
        history: What models wrote, as far as the run has come.
    """
    views = (
        _data(plan, step, step.labels or answered.get(step.id, {}), statistics.get(step.id.partition(".")[2]))
        for step in plan.of(PrepareData)
    )
    return tuple(replace(view, sentence=view.sentence + _paraphrases(plan, view.name, history)) for view in views)


def _paraphrases(plan: Plan, name: str, history: History | None) -> str:
    """What models added to the rows that train, or will add."""
    step = next((each for each in plan.of(Generate) if each.augments == f"data.{name}"), None)
    if step is None:
        return ""
    who = step.makers[0].partition(".")[2]
    done = next((each for each in history.steps if each.id == step.id), None) if history is not None else None
    if done is None or done.written is None:
        return f" {who} adds about {numbers.count(step.rows)} paraphrases."
    why = ", ".join(f"{numbers.count(rows)} {reason}" for reason, rows in done.left_out.items())
    kept = numbers.count(done.written - sum(done.left_out.values()))
    return f" {who} wrote {numbers.count(done.written)} paraphrases, {kept} of them train" + (
        f"; left out: {why}." if why else "."
    )


def _data(plan: Plan, step: PrepareData, labels: LabelCounts, statistics: Mapping[str, Any] | None) -> DataView:
    splits = sorted(step.splits.items(), key=lambda split: _order(split[0]))
    counted = tuple(name for name, _ in splits if labels.get(name))
    title = "Rows by split: " + ", ".join(f"{name} {rows}" for name, rows in splits)
    return DataView(
        name=step.id.partition(".")[2] or step.id,
        source=spell(step.source) if step.source is not None else spell(step.mixture),
        sentence=_sentence(step),
        split_by=_split_by(step),
        cleaned=_cleaned(step.cleaned),
        splits=tuple(_split(plan, step, name, rows) for name, rows in splits),
        bar=figure(lambda width: draw(splits, width, title), WIDE),
        lengths=tuple(chart for train in plan.of(Train) if (chart := _lengths(train, step.id)) is not None),
        label_splits=counted,
        labels=_labels(counted, labels),
        statistics=described(statistics) if statistics else None,
    )


def _order(split: str) -> tuple[int, str]:
    """Splits in the order in which they are used."""
    return (_SPLITS.index(split) if split in _SPLITS else len(_SPLITS), split)


def _lengths(step: Train, data: str) -> Figure | None:
    tokens = step.tokens
    if step.data.data != data or tokens is None or not tokens.histogram:
        return None
    chart = lengths.Lengths(tokens.histogram, tokens.longest, step.max_length, tokens.truncated)
    cut = f"{numbers.count(tokens.truncated)} are cut" if tokens.truncated else "none is cut"
    caption = f"Rows that train {step.id.partition('.')[2]}, by length: {cut}. {numbers.count(tokens.trained_tokens)} "
    caption += f"of {numbers.count(tokens.tokens)} tokens an epoch are trained on."
    return figure(lambda width: lengths.draw(chart, width), HALF, caption)


def _sentence(step: PrepareData) -> str:
    dropped = sum(max(0, each.rows_in - each.rows_out) for each in step.cleaned)
    added = step.rows - step.rows_read + dropped
    fate = [f"{numbers.count(dropped)} dropped"] if dropped else []
    fate += [f"{numbers.count(added)} added as {'repeats' if step.mixture else 'changed copies'}"] if added > 0 else []
    fate = [*fate, f"{numbers.count(step.rows)} {'in all' if added > 0 else 'kept'}"] if fate else ["all kept"]
    recognised = ", recognised" if step.recognised else ""
    return f"{numbers.count(step.rows_read)} rows read, {', '.join(fate)}. Format {step.format}{recognised}."


def _split_by(step: PrepareData) -> str:
    if step.split is None:
        return "used whole"
    told = {"by": "as the field {} says", "time": "by time, the newest by {} last", "group": "by a hash of {}"}
    way = next((text.format(step.split[key]) for key, text in told.items() if step.split.get(key)), None)
    stratified = f", stratified by {step.split['stratify']}" if step.split.get("stratify") else ""
    return (way or "by a hash of each row") + stratified


def _cleaned(steps: Sequence[CleanFacts]) -> tuple[Cleaned, ...]:
    """The steps; what changed copies leave is all rows, though they are made of those that train alone."""
    found: list[Cleaned] = []
    for step in steps:
        left = found[-1].left + step.changed if step.name == "augment" and found else step.rows_out
        dropped = max(0, step.rows_in - step.rows_out)
        found.append(Cleaned(step.name, dropped, step.changed, left, step.examples))
    return tuple(found)


def _split(plan: Plan, step: PrepareData, name: str, rows: int) -> SplitView:
    total = sum(step.splits.values()) or 1
    readers = ", ".join(_readers(plan, step.id, name)) or "not used"
    tokens = numbers.count(step.tokens[name]) if name in step.tokens else ""
    return SplitView(name, numbers.count(rows), numbers.share(rows / total), tokens, readers)


def _readers(plan: Plan, data: str, split: str) -> list[str]:
    """What reads a split, in a few words each."""
    found = []
    for train in plan.of(Train):
        name = train.id.partition(".")[2]
        if (train.data.data, train.data.split) == (data, split):
            found.append(f"trains {name}")
        if train.validation and (train.validation.data, train.validation.split) == (data, split):
            found.append(f"watches {name}")
    used = [use for step in plan.of(Evaluate) for each in step.measurements for use in each.uses]
    return [*found, "gates"] if any((use.data, use.split) == (data, split) for use in used) else found


def _labels(splits: tuple[str, ...], labels: LabelCounts) -> tuple[LabelRow, ...]:
    names = sorted({label for split in splits for label in labels[split]})
    return tuple(LabelRow(name, tuple(_label(labels[split], name) for split in splits)) for name in names)


def _label(counts: Mapping[str, int], name: str) -> tuple[str, str, Drawing]:
    rows = counts.get(name, 0)
    share = rows / (sum(counts.values()) or 1)
    return (numbers.count(rows), numbers.share(share), single(share, f"{name}: {numbers.share(share)}"))
