"""FT327: what rates answers is a reward model."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import NO_REWARD_MODEL
from ftspec.compile.defaults import objective_of
from ftspec.kinds.objectives._online import Online
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic, Label

LOOKS_AT = ("train.objective",)


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Stages whose reward is a train that makes no reward model."""
    for name, train in spec.trains.items():
        objective = objective_of(train)
        for maker in objective.makers() if isinstance(objective, Online) else ():
            judge = spec.trains.get(maker)
            if judge is None or objective_of(judge).outputs == 1:
                continue
            place = spec.place(f"train.{maker}.objective") or spec.place(f"train.{maker}")
            labels = (Label(place, f"it learns by `{objective_of(judge).keyword()}`"),) if place else ()
            message = f"`{maker}` gives no rewards"
            help = "name a train with `objective = reward()`"
            yield Diagnostic(NO_REWARD_MODEL, message, spec.place(f"train.{name}.objective"), help, labels)
