"""Changes of the data: what feeds training asks for another training, what only gates read for another reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ftspec.plan.diff.change import Change, Effect
from ftspec.plan.diff.fields import differing, written
from ftspec.plan.explain.words import count, name, plural
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Evaluate, PrepareData, Train

_ATTRIBUTES = ("source", "mixture", "format", "template", "trained_roles", "clean", "split", "augment", "order")
_SHUFFLING = frozenset({"seed", "group", "by", "time", "stratify"})
"""Attributes of `split` that deal the rows anew."""


def data_changes(old: Plan, new: Plan) -> Iterator[Change]:
    """New and removed data, changed attributes, changed content."""
    before, after = _by_id(old), _by_id(new)
    for id in dict.fromkeys((*before, *after)):
        effect = max(_effect(id, old), _effect(id, new))
        if id not in after:
            yield Change(name(id), plural(before[id].rows, "row"), "", effect)
        elif id not in before:
            yield Change(name(id), "", plural(after[id].rows, "row"), effect)
        else:
            yield from _within(before[id], after[id], effect, new)


def _by_id(plan: Plan) -> dict[str, PrepareData]:
    return {each.id: each for each in plan.of(PrepareData)}


def _effect(id: str, plan: Plan) -> Effect:
    """What the data is for: training, or measurements alone, or nothing."""
    used = {id}
    for step in plan.of(PrepareData):
        if used & set(step.needs):  # a mixture hands its parts on
            used.add(step.id)
    for train in plan.of(Train):
        if train.data.data in used or (train.validation and train.validation.data in used):
            return Effect.RETRAIN
    read = {use.data for step in plan.of(Evaluate) for each in step.measurements for use in each.uses}
    return Effect.REEVALUATE if used & read else Effect.METADATA


def _within(before: PrepareData, after: PrepareData, effect: Effect, new: Plan) -> Iterator[Change]:
    left, right = before.model_dump(mode="json"), after.model_dump(mode="json")
    found = False
    same_source = left.get("source") == right.get("source")
    other_files = same_source and [each.sha256 for each in before.files] != [each.sha256 for each in after.files]
    for field in _ATTRIBUTES:
        for path, was, is_now in differing(field, left.get(field), right.get(field)):
            found = True
            alarm = _alarm(path, was, is_now, after, new)
            shown = _words(field, was, is_now)
            rows = () if other_files and not path.startswith("split") else tuple(_rows(before, after))
            yield Change(f"{name(before.id)}.{path}", *shown, effect, rows, alarm)
    if other_files or (not found and before.digest != after.digest):
        hashes = (_hashes(before), _hashes(after))
        yield Change(f"{name(before.id)} content", *hashes, effect, tuple(_rows(before, after)))


def _words(field: str, was: Any, is_now: Any) -> tuple[str, str]:
    """A template as the words that differ, anything else as a spec writes it."""
    if field != "template":
        return written(was), written(is_now)
    turns = [(f"{a[0]}: {a[1]}", f"{b[0]}: {b[1]}") for a, b in zip(was, is_now, strict=False) if a != b]
    if not turns:
        return f"{len(was)} turns", f"{len(is_now)} turns"
    return turns[0]


def _hashes(step: PrepareData) -> str:
    changed = step.files[0].sha256[:12] if step.files else step.digest[:12]
    return f"{plural(step.rows_read, 'row')}, {changed}"


def _rows(before: PrepareData, after: PrepareData) -> Iterator[str]:
    for part in dict.fromkeys((*before.splits, *after.splits)):
        was, is_now = before.splits.get(part, 0), after.splits.get(part, 0)
        if was != is_now:
            yield f"{'' if part == 'all' else f'{part} '}{count(was)} → {count(is_now)} rows"


def _alarm(path: str, was: Any, is_now: Any, after: PrepareData, new: Plan) -> str | None:
    """Rows that were held out and now train, of all things, must be seen."""
    section, _, attribute = path.partition(".")
    trains = any(train.data.data == after.id for train in new.of(Train))
    if section != "split" or not trains:
        return None
    if attribute in _SHUFFLING:
        return "rows held out before may train now"
    if attribute in ("test", "validation") and isinstance(was, float) and (is_now is None or is_now < was):
        return "more rows train, fewer are held out"
    wider = attribute == "train" and isinstance(is_now, float) and (was is None or is_now > was)
    no_split = attribute == "" and isinstance(was, Mapping) and is_now is None
    return "more rows train, fewer are held out" if wider or no_split else None
