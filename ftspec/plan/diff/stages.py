"""Changes of the stages of training."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ftspec.plan.diff.change import Change, Effect
from ftspec.plan.diff.fields import differing, written
from ftspec.plan.explain.words import count, name
from ftspec.plan.plan import Plan
from ftspec.plan.steps import PlannedUse, Train

_FOLLOWING = frozenset(
    {"id", "kind", "tokens", "adaptation", "optimizer_steps", "warmup_steps", "accumulation", "needs", "epochs"}
)
"""Fields that follow from others: their changes are consequences, not changes of their own."""

_CHOSEN = frozenset({"auto", "default"})


def stage_changes(old: Plan, new: Plan) -> Iterator[Change]:
    """New and removed stages, and what differs within one that stays."""
    before, after = {each.id: each for each in old.of(Train)}, {each.id: each for each in new.of(Train)}
    for id in dict.fromkeys((*before, *after)):
        if id not in after:
            yield Change(name(id), f"trained by {before[id].method['name']}", "", Effect.RETRAIN, ("stage removed",))
        elif id not in before:
            yield Change(name(id), "", f"trained by {after[id].method['name']}", Effect.RETRAIN, ("stage added",))
        else:
            yield from _within(before[id], after[id], old, new)


def _within(before: Train, after: Train, old: Plan, new: Plan) -> Iterator[Change]:
    found = False
    yield from (length := list(_length(before, after, old, new)))
    left, right = _fields(before), _fields(after)
    for field in left:
        if field in _FOLLOWING or left[field] == right[field] or _follows(before.id, field, old, new):
            continue
        for path, was, is_now in differing(f"{name(before.id)}.{field}", left[field], right[field]):
            found = True
            consequences = tuple(_consequences(field, before, after))
            alarm = _alarm(field, before, after)
            yield Change(path, written(was), written(is_now), Effect.RETRAIN, consequences, alarm)
    if not (found or length) and left != right:
        yield from _left_over(before, after, left, right)


def _fields(step: Train) -> dict[str, Any]:
    record = step.model_dump(mode="json", by_alias=True)
    return {**record, "data": _use(step.data), "validation": _use(step.validation)}


def _use(use: PlannedUse | None) -> str | None:
    if use is None:
        return None
    return name(use.data) if use.split == "all" else f"{name(use.data)}.{use.split}"


def _follows(id: str, field: str, old: Plan, new: Plan) -> bool:
    """Whether a field was chosen for the user on both sides: then it follows from something that is listed."""
    origins = (plan.origins.get(f"{id}.{field}") for plan in (old, new))
    return all(origin is not None and origin.by in _CHOSEN for origin in origins)


def _length(before: Train, after: Train, old: Plan, new: Plan) -> Iterator[Change]:
    """`length` is kept as epochs and steps; the origins still know how it was written."""
    path = f"{before.id}.length"
    was, is_now = (plan.origins[path].value if path in plan.origins else None for plan in (old, new))
    if was is None or is_now is None:
        same = before.epochs == after.epochs
        was, is_now = f"{before.epochs:g} epochs", f"{after.epochs:g} epochs"
        same = same or was == is_now
    else:
        same = was == is_now
    if not same:
        yield Change(
            f"{name(before.id)}.length", written(was), written(is_now), Effect.RETRAIN, tuple(_steps(before, after))
        )


def _consequences(field: str, before: Train, after: Train) -> Iterator[str]:
    if field in ("batch_size", "data"):
        yield from _steps(before, after)
    if field in ("method", "data", "model") and before.adaptation.trainable != after.adaptation.trainable:
        yield f"{count(before.adaptation.trainable)} → {count(after.adaptation.trainable)} parameters train"
    if field in ("max_length", "data"):
        yield from _truncated(before, after)


def _steps(before: Train, after: Train) -> Iterator[str]:
    if before.optimizer_steps != after.optimizer_steps:
        yield f"{count(before.optimizer_steps)} → {count(after.optimizer_steps)} steps"


def _truncated(before: Train, after: Train) -> Iterator[str]:
    was, is_now = (step.tokens.truncated if step.tokens else 0 for step in (before, after))
    if was != is_now:
        yield f"{count(was)} → {count(is_now)} rows truncated"


def _alarm(field: str, before: Train, after: Train) -> str | None:
    """Training on a whole data set, where it was a part before, takes in what gates and validation held out."""
    wider = before.data.data == after.data.data and after.data.split == "all" != before.data.split
    return "held-out rows train" if field == "data" and wider else None


def _left_over(before: Train, after: Train, left: dict[str, Any], right: dict[str, Any]) -> Iterator[Change]:
    """What changed though no attribute did: the data behind the stage, or what was chosen for another device."""
    for field in left:
        if left[field] != right[field] and field not in ("tokens", "adaptation", "needs", "accumulation"):
            yield Change(
                f"{name(before.id)}.{field}", written(left[field]), written(right[field]), Effect.RETRAIN, ("follows",)
            )
    for said in (*_truncated(before, after),):
        yield Change(name(before.id), "", "", Effect.RETRAIN, (said,))
