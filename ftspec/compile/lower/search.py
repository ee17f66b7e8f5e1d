"""What a search adds to a plan: its trials, and the time that they take."""

from __future__ import annotations

from dataclasses import replace

from ftspec.plan.plan import Resources, SearchRecord
from ftspec.spec.output import Output
from ftspec.spec.rules import Budget, Gates, Rule
from ftspec.spec.search import trials_of
from ftspec.spec.spec import Spec

PART = "search"
"""The name of its time among those of the steps."""


def search_record(spec: Spec) -> SearchRecord | None:
    """Every trial of a spec's search, in order."""
    search = spec.search
    if search is None:
        return None
    return SearchRecord(metric=search.metric, direction=search.direction, trials=trials_of(search))


def as_trial(spec: Spec) -> Spec:
    """The spec with the search's metric in place of its gates: nothing is decided, and nothing ships."""
    assert spec.search is not None and spec.search.score is not None
    rule = Rule(verb="report", text=spec.search.metric, score=spec.search.score)
    return replace(spec, gates=Gates(rules=(rule,), samples=0), output=Output(card=False), budget=Budget(), search=None)


def decided(spec: Spec) -> Spec:
    """The spec once its search has chosen: an ordinary one."""
    return replace(spec, search=None)


def searched(resources: Resources, search: SearchRecord | None) -> Resources:
    """The resources with the trials: each trains and measures as the plan does; the winner's training is kept."""
    if search is None:
        return resources
    one, count = resources.time_seconds, len(search.trials)
    kept = sum(seconds for id, seconds in resources.time_parts.items() if id.startswith("train."))
    more = round(count * one - kept, 1)
    scale = (one + more) / one if one else 1.0
    return resources.model_copy(
        update={
            "time_seconds": round(one + more, 1),
            "time_range": tuple(round(each * scale, 1) for each in resources.time_range or ()) or None,
            "reckoned_seconds": round(resources.reckoned_seconds * scale, 1),
            "time_parts": {**resources.time_parts, PART: more},
            "cost": None if resources.cost is None else resources.cost * scale,
        }
    )
