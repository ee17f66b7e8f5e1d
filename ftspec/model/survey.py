"""Looks at every model of a spec that a stage starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ftspec.compile.defaults import root_model
from ftspec.model.facts import model_facts
from ftspec.text.diagnostic import Diagnostic

if TYPE_CHECKING:
    from ftspec.plan.facts import ModelFacts
    from ftspec.spec.spec import Spec


def survey_models(spec: Spec) -> tuple[Mapping[str, ModelFacts], list[Diagnostic]]:
    """Facts by the model's label, and what is wrong with those that have none."""
    facts: dict[str, ModelFacts] = {}
    found: list[Diagnostic] = []
    for name in dict.fromkeys(root_model(spec, stage) for stage in spec.trains):
        if name is None:
            continue
        known, said = model_facts(spec.models[name], spec.root)
        found += [replace(each, place=each.place or spec.place(f"model.{name}.source")) for each in said]
        if known is not None:
            facts[name] = known
    return facts, found
