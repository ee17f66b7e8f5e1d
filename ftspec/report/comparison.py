"""Two runs side by side: every score that both have, and the items that one gets right and the other does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ftspec.errors import CannotRun
from ftspec.evaluate.compare import Compared, compare
from ftspec.evaluate.kept import Damaged, kept
from ftspec.evaluate.numbers import NONE, plain
from ftspec.evaluate.results import Measurements, Scores
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Evaluate
from ftspec.report.read import RunFolder, read_run
from ftspec.run.shipped import SHIPPED
from ftspec.spec.types import Frozen


class Item(Frozen):
    """One row whose answer became right or wrong."""

    item: str
    prompt: str
    expected: str
    one: str
    two: str


class Row(Frozen):
    """One measurement in both runs. Differences are `two − one` on the rows that both have."""

    measurement: str
    ratio: bool
    one: float | None
    two: float | None
    n: int
    difference: float | None
    interval: tuple[float, float] | None
    """95 %, paired by item."""

    p: float | None
    """McNemar's exact test, where items are right or wrong."""

    outcome: str
    """`better`, `worse`, `same` (no difference beyond chance) or `unknown` (a value is missing)."""

    improved: tuple[Item, ...]
    regressed: tuple[Item, ...]


class Side(Frozen):
    """One of the runs."""

    run: str
    spec: str
    digest: str
    verdict: str


class Comparison(Frozen):
    """All of it."""

    one: Side
    two: Side
    rows: tuple[Row, ...]
    only_one: tuple[str, ...]
    """Measurements that the other run does not have."""

    only_two: tuple[str, ...]


def compared(one: Path, two: Path) -> Comparison:
    """Raises `CannotRun` when a folder is no run, or its items are not those that were written."""
    first, second = read_run(one), read_run(two)
    left, right = _kept(first), _kept(second)
    found = {each.id: each for each in compare(left, right) if not _is_base(left[each.id])}
    return Comparison(
        one=_side(first),
        two=_side(second),
        rows=tuple(
            _row(each, left[id], first.items.get(id, ()), second.items.get(id, ())) for id, each in found.items()
        ),
        only_one=_only(left, right),
        only_two=_only(right, left),
    )


def _only(here: Measurements, there: Measurements) -> tuple[str, ...]:
    return tuple(id for id, scores in here.by_id.items() if id not in there.by_id and not _is_base(scores))


def _kept(run: RunFolder) -> Measurements:
    [step] = run.plan.of(Evaluate)
    try:
        return kept(step, run.path / "items")
    except Damaged as damage:
        help = "run the spec to its end, or run it again where files were changed"
        raise CannotRun(f"{run.path.as_posix()} cannot be compared: {damage}", help) from damage


def _is_base(scores: Scores) -> bool:
    """Whether a score is of what a run was compared with: the model before training, or the one that shipped last."""
    return scores.measurement.subject.startswith("model.") or scores.measurement.subject == SHIPPED


def _side(run: RunFolder) -> Side:
    plan: Plan = run.plan
    verdict = run.verdict.verdict if run.verdict else "no verdict"
    return Side(run=run.path.as_posix(), spec=plan.spec.name, digest=plan.digest[:12], verdict=verdict)


def _row(found: Compared, scores: Scores, one: Sequence[Mapping[str, Any]], two: Sequence[Mapping[str, Any]]) -> Row:
    left, right = ({line["item"]: line for line in lines} for lines in (one, two))
    return Row(
        measurement=found.id,
        ratio=scores.metric.ratio,
        one=found.one,
        two=found.two,
        n=found.n,
        difference=found.difference,
        interval=found.interval,
        p=found.p,
        outcome=_outcome(found, scores),
        improved=tuple(_items(found.better, left, right)),
        regressed=tuple(_items(found.worse, left, right)),
    )


def _outcome(found: Compared, scores: Scores) -> str:
    if found.difference is None or found.interval is None:
        return "unknown"
    low, high = found.interval
    if low <= 0 <= high:
        return "same"
    return "better" if (low > 0) == (scores.metric.direction == "higher") else "worse"


def _items(
    names: Sequence[str], one: Mapping[str, Mapping[str, Any]], two: Mapping[str, Mapping[str, Any]]
) -> Iterator[Item]:
    for name in names:
        before, after = one[name], two[name]
        yield Item(
            item=name,
            prompt=str(after.get("prompt", "")),
            expected=str(after.get("expected", "")),
            one=str(before.get("given", "")),
            two=str(after.get("given", "")),
        )


_SHOWN = 3
_WIDTH = 80


def text(found: Comparison) -> str:
    """For a terminal, 80 columns wide: a row a score, then the first items that changed."""
    lines = [f"{name}  {side.run}  {side.verdict}" for name, side in (("one", found.one), ("two", found.two))]
    lines += ["", f"{'':<32}{'one':>9}{'two':>9}  {'two − one':<20}{'':<6}"]
    for row in found.rows:
        lines += _row_lines(row)
    for name, ids in (("one", found.only_one), ("two", found.only_two)):
        lines += [f"only in {name}: {id}" for id in ids]
    if not found.rows:
        lines.append("the runs have no measurement in common")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _row_lines(row: Row) -> Iterator[str]:
    name = row.measurement if len(row.measurement) <= 32 else f"{row.measurement[:31]}…"
    yield f"{name:<32}{number(row.one, row):>9}{number(row.two, row):>9}  {interval(row):<20}{row.outcome:<6}"
    if row.p is not None:
        changed = f"{len(row.improved)} became right, {len(row.regressed)} wrong"
        yield f"    {changed} · McNemar p {row.p:.3g} · n {row.n}"
    for sign, some in (("+", row.improved), ("−", row.regressed)):
        for item in some[:_SHOWN]:
            yield _short(f"{sign} {item.one.strip()} → {item.two.strip()}", item.prompt)
        if len(some) > _SHOWN:
            yield f"    {sign} and {len(some) - _SHOWN} more: --format html or json shows all"


def _short(change: str, prompt: str) -> str:
    """The change, and the end of the prompt: what stands before it is often the same in every row."""
    head = f"    {' '.join(change.split())[: _WIDTH // 2]}  "
    asked = " ".join(prompt.split())
    room = _WIDTH - len(head)
    return head + (asked if len(asked) <= room else f"…{asked[len(asked) - room + 1 :]}")


def number(value: float | None, row: Row) -> str:
    """A score as its metric reads it."""
    if value is None:
        return NONE
    return f"{100 * value:.1f} %" if row.ratio else plain(value)


def interval(row: Row) -> str:
    """The interval of the difference; points for ratios."""
    if row.interval is None:
        return NONE
    low, high = (100 * each if row.ratio else each for each in row.interval)
    return f"{low:+.1f} … {high:+.1f}" if row.ratio else f"{low:+.3g} … {high:+.3g}"


def html(found: Comparison) -> str:
    """A page that loads nothing."""
    from ftspec.report.page import page

    return page("compare.html.jinja", found=found, number=number, interval=interval)
