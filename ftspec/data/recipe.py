"""How one data set is made: the same for a spec that is surveyed and for a plan that is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftspec.compile.lower.data import split_of
from ftspec.data.library import library_template
from ftspec.data.read import file_facts, hashed
from ftspec.kinds import make
from ftspec.kinds.curricula import Curriculum
from ftspec.kinds.sources import Source
from ftspec.plan.facts import FileFacts
from ftspec.plan.steps import PrepareData
from ftspec.spec.data import Augment, Clean, Data, Mixture, Split
from ftspec.spec.spec import Spec
from ftspec.spec.template import Template


@dataclass(frozen=True)
class Recipe:
    """Where rows come from and all that is done to them."""

    source: Source | None
    """None for a mixture."""

    mixture: Mixture | None
    format: str | None
    turns: tuple[tuple[str, str], ...]
    """The template's turns as (role, Jinja text); empty where rows are recognised."""

    turns_source: str
    """`spec`, `library: alpaca`, or empty where rows are recognised."""

    trained: frozenset[str]
    clean: Clean
    split: Split | None
    """None for data that is used whole."""

    augment: Augment | None
    order: Curriculum | None = None
    """None for rows that train by chance, or as they are written."""

    @property
    def pinned(self) -> str | None:
        """A name that pins every file, or None when they must be hashed."""
        return self.source.pinned() if self.source is not None else None

    def files(self, root: Path) -> tuple[FileFacts, ...]:
        """Every local file that decides about the rows. Raises FileNotFoundError and CannotRun."""
        own = file_facts(self.source, root) if self.source is not None and self.pinned is None else ()
        synonyms = self.augment.synonyms if self.augment is not None else None
        return own if synonyms is None else (*own, hashed(root / synonyms, synonyms))

    @property
    def record(self) -> dict[str, Any]:
        """All of it, as JSON."""
        return {
            "source": self.source.model_dump(mode="json") if self.source is not None else None,
            "mixture": self.mixture.model_dump(mode="json") if self.mixture is not None else None,
            "format": self.format,
            "turns": self.turns,
            "trained": sorted(self.trained),
            "clean": self.clean.model_dump(mode="json"),
            "split": self.split.model_dump(mode="json") if self.split is not None else None,
            "augment": self.augment.model_dump(mode="json") if self.augment is not None else None,
            **({"order": self.order.model_dump(mode="json")} if self.order is not None else {}),
        }


def from_spec(spec: Spec, name: str) -> Recipe:
    """The recipe of one `data` block. Raises `Unusable` for a template that is not there."""
    data = spec.data[name]
    if data.source is not None and not isinstance(data.source, Source):
        raise TypeError(f"the source of data {name} is no source")
    template, origin = _template(spec, data)
    return Recipe(
        source=data.source,
        mixture=data.mixture,
        format=data.format,
        turns=tuple((turn.role, turn.text) for turn in template.turns) if template else (),
        turns_source=origin,
        trained=frozenset(template.trained) if template else frozenset(),
        clean=data.clean,
        split=split_of(spec, name),
        augment=data.augment,
        order=data.order if isinstance(data.order, Curriculum) else None,
    )


def from_step(step: PrepareData) -> Recipe:
    """The recipe that a plan recorded."""
    source = make("sources", dict(step.source)) if step.source is not None else None
    if source is not None and not isinstance(source, Source):
        raise TypeError(f"the source of step {step.id} is no source")
    return Recipe(
        source=source,
        mixture=Mixture.model_validate(step.mixture) if step.mixture is not None else None,
        format=step.format,
        turns=step.template,
        turns_source=step.template_source if step.template else "",
        trained=frozenset(step.trained_roles),
        clean=_clean(step.clean),
        split=Split.model_validate(step.split) if step.split is not None else None,
        augment=augment_of(step),
        order=_order(step),
    )


def _template(spec: Spec, data: Data) -> tuple[Template | None, str]:
    if data.template is None:
        return None, ""
    if data.template in spec.templates:
        return spec.templates[data.template], "spec"
    found = library_template(data.template)
    if found is None:
        raise AssertionError(f"the check lets no template called {data.template} pass")
    return found, f"library: {data.template}"


def augment_of(step: PrepareData) -> Augment | None:
    """The `augment` block that a plan recorded."""
    if step.augment is None:
        return None
    values = dict(step.augment)
    if values.get("paraphrase") is not None:
        values["paraphrase"] = make("paraphrases", dict(values["paraphrase"]))
    return Augment.model_validate(values)


def _order(step: PrepareData) -> Curriculum | None:
    found = make("curricula", dict(step.order)) if isinstance(step.order, Mapping) else None
    return found if isinstance(found, Curriculum) else None


def _clean(record: Mapping[str, Any]) -> Clean:
    values = dict(record)
    duplicates = values.get("deduplicate")
    if isinstance(duplicates, Mapping):
        values["deduplicate"] = make("duplicates", dict(duplicates))
    return Clean.model_validate(values)
