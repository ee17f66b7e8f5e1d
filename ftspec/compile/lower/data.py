"""`data` blocks become `prepare_data` steps."""

from __future__ import annotations

from ftspec.compile.defaults import scores_of
from ftspec.compile.lower.draft import Draft
from ftspec.plan.steps import PrepareData
from ftspec.spec.data import Split
from ftspec.spec.spec import Spec
from ftspec.spec.types import Use


def prepare_steps(draft: Draft) -> tuple[PrepareData, ...]:
    """One step for each data set that a stage or a gate reads, in the order of the file, parts before mixtures."""
    wanted: dict[str, None] = {}
    for use in uses_of(draft.spec):
        _add(draft.spec, use.data, wanted)
    ordered = sorted(wanted, key=list(draft.spec.data).index)
    ordered.sort(key=lambda name: draft.spec.data[name].mixture is not None)
    return tuple(_prepare(draft, name) for name in ordered)


def uses_of(spec: Spec) -> list[Use]:
    """Every use of data in stages and gates."""
    trains = [use for train in spec.trains.values() for use in (train.data, train.validation) if use]
    return trains + [use for rule in spec.gates.rules for score in scores_of(rule) for use in score.uses]


def split_of(spec: Spec, name: str) -> Split | None:
    """How data is split: as it says, 80/10/10 where a split is used, or not at all."""
    if any(use.data == name and use.split is not None for use in _all_uses(spec)):
        return spec.data[name].split or Split()
    return None


def _all_uses(spec: Spec) -> list[Use]:
    mixed = [part.use for data in spec.data.values() if data.mixture for part in data.mixture.parts]
    return uses_of(spec) + mixed


def _add(spec: Spec, name: str, wanted: dict[str, None]) -> None:
    if name in wanted:
        return
    wanted[name] = None
    mixture = spec.data[name].mixture
    for part in mixture.parts if mixture else ():
        _add(spec, part.use.data, wanted)


def _prepare(draft: Draft, name: str) -> PrepareData:
    data, facts = draft.spec.data[name], draft.facts.data[name]
    path = f"data.{name}"
    split = split_of(draft.spec, name)
    for field in type(data.clean).model_fields:
        draft.said(f"{path}.clean.{field}", getattr(data.clean, field))
    for field in type(split).model_fields if split else ():
        draft.said(f"{path}.split.{field}", getattr(split, field))
    return PrepareData(
        id=path,
        source=data.source.model_dump() if data.source else None,
        mixture=data.mixture.model_dump(mode="json") if data.mixture else None,
        format=facts.format,
        recognised=facts.recognised,
        template=facts.template,
        template_source=facts.template_source,
        trained_roles=facts.trained_roles,
        clean=data.clean.model_dump(mode="json"),
        split=split.model_dump(mode="json") if split else None,
        augment=data.augment.model_dump(mode="json") if data.augment else None,
        files=facts.files,
        rows_read=facts.rows_read,
        rows=facts.rows,
        cleaned=facts.steps,
        splits=facts.splits,
        digest=facts.digest,
        needs=tuple(f"data.{part.use.data}" for part in data.mixture.parts) if data.mixture else (),
    )
