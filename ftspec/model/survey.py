"""Looks at every model that takes part in a spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ftspec.compile.defaults import used_models
from ftspec.model.facts import model_facts
from ftspec.text.diagnostic import Diagnostic

if TYPE_CHECKING:
    from ftspec.plan.facts import ModelFacts
    from ftspec.spec.spec import Spec


def _recorded(spec: Spec, name: str) -> Mapping[str, Any] | None:
    """The config of a model that the spec's lock holds."""
    from ftspec.compile.lock.file import recorded_config

    return recorded_config(spec.root / f"{spec.name}.ft", name)


def survey_models(spec: Spec) -> tuple[Mapping[str, ModelFacts], list[Diagnostic]]:
    """Facts by the model's label, and what is wrong with those that have none."""
    facts: dict[str, ModelFacts] = {}
    found: list[Diagnostic] = []
    for name in used_models(spec):
        known, said = model_facts(spec.models[name], spec.root, partial(_recorded, spec, name))
        found += [replace(each, place=each.place or spec.place(f"model.{name}.source")) for each in said]
        if known is not None:
            facts[name] = known
    return facts, found
