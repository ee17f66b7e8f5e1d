"""What a plan reckons with for data that isn't there yet: a thousand rows of the form that the spec names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ftspec.compile.defaults import generated_of, objective_of
from ftspec.data.foreseen import expected_facts, facts_without_rows, mixture_facts
from ftspec.data.recipe import from_spec
from ftspec.data.surveying import in_order
from ftspec.plan.canonical import value_digest
from ftspec.plan.facts import DataFacts, Facts

if TYPE_CHECKING:
    from ftspec.spec.data import Format
    from ftspec.spec.spec import Spec

ROWS = 1_000


def with_assumed(spec: Spec, facts: Facts) -> tuple[Facts, tuple[str, ...]]:
    """The facts with those of every data set that has none, and the names of those that were assumed.

    What models write of assumed prompts, and what is mixed of assumed parts, follows from them.
    """
    known, assumed = dict(facts.data), []
    for name in in_order(spec):
        if name in known:
            continue
        source = generated_of(spec, name)
        if source is not None:
            known[name] = expected_facts(spec, name, source, known[source.prompts.data])
        elif spec.data[name].mixture is not None:
            known[name] = mixture_facts(spec, name, known)
        else:
            known[name] = _assumed(spec, name)
            assumed.append(name)
    return replace(facts, data=known), tuple(assumed)


def _assumed(spec: Spec, name: str) -> DataFacts:
    recipe = from_spec(spec, name)
    return facts_without_rows(recipe, ROWS, lambda: _learnable(spec, name), value_digest({"assumed": recipe.record}))


def _learnable(spec: Spec, name: str) -> Format:
    """A format that the first stage on these rows can learn from."""
    formats = (sorted(objective_of(train).formats) for train in spec.trains.values() if train.data.data == name)
    return next((each[0] for each in formats if each), "text")
