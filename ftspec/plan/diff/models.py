"""Changes of the models that stages start from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ftspec.plan.diff.change import Change, Effect
from ftspec.plan.diff.fields import differing, written
from ftspec.plan.explain.words import name, plural, short
from ftspec.plan.plan import Plan
from ftspec.plan.steps import FetchModel, Train

_ATTRIBUTES = ("source", "quantization", "precision", "chat_template", "added_tokens")
_COMMIT = 40


def model_changes(old: Plan, new: Plan) -> Iterator[Change]:
    """New and removed models, changed attributes, changed files."""
    before, after = {each.id: each for each in old.of(FetchModel)}, {each.id: each for each in new.of(FetchModel)}
    for id in dict.fromkeys((*before, *after)):
        effect = _effect(id, old, new)
        if id not in after:
            yield Change(name(id), f"{short(before[id].parameters)} parameters", "", effect)
        elif id not in before:
            yield Change(name(id), "", f"{short(after[id].parameters)} parameters", effect)
        else:
            yield from _within(before[id], after[id], effect)


def _effect(id: str, old: Plan, new: Plan) -> Effect:
    trained = any(train.model == id for plan in (old, new) for train in plan.of(Train))
    return Effect.RETRAIN if trained else Effect.REEVALUATE


def _within(before: FetchModel, after: FetchModel, effect: Effect) -> Iterator[Change]:
    left, right = before.model_dump(mode="json"), after.model_dump(mode="json")
    said = tuple(_consequences(before, after))
    found = False
    for field in _ATTRIBUTES:
        for path, was, is_now in differing(field, left[field], right[field]):
            found = True
            alarm = _unpinned(path, was, is_now)
            yield Change(f"{name(before.id)}.{path}", _short(field, was), _short(field, is_now), effect, said, alarm)
    if not found:
        for file, was, is_now in _files(before, after):
            yield Change(f"{name(before.id)} {file}", was, is_now, effect, said)


def _short(field: str, given: Any) -> str:
    if field == "added_tokens":
        return plural(len(given or ()), "token")
    text = written(given)
    return text[:12] if len(text) == _COMMIT and " " not in text else text


def _consequences(before: FetchModel, after: FetchModel) -> Iterator[str]:
    if before.parameters != after.parameters:
        yield f"{short(before.parameters)} → {short(after.parameters)} parameters"


def _unpinned(path: str, was: Any, is_now: Any) -> str | None:
    """A commit names the same weights for ever; a branch or nothing does not."""
    if path != "source.revision" or not _is_commit(was):
        return None
    return None if _is_commit(is_now) else "no longer pinned"


def _is_commit(given: Any) -> bool:
    return isinstance(given, str) and len(given) == _COMMIT and not set(given) - set("0123456789abcdef")


def _files(before: FetchModel, after: FetchModel) -> Iterator[tuple[str, str, str]]:
    was, is_now = ({each.path: each.sha256 for each in step.files} for step in (before, after))
    for path in dict.fromkeys((*was, *is_now)):
        if was.get(path) != is_now.get(path):
            yield path.rpartition("/")[2], was.get(path, "")[:12], is_now.get(path, "")[:12]
