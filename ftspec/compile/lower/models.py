"""`model` blocks become `fetch_model` steps."""

from __future__ import annotations

from collections.abc import Mapping

from ftspec.compile.codes import UNFIT_POSITIONS
from ftspec.compile.defaults import method_of, root_model, used_models
from ftspec.compile.lower.auto.precision import choose_precision
from ftspec.compile.lower.draft import Draft
from ftspec.kinds.rope_scalings import RopeScaling
from ftspec.plan.facts import ModelFacts
from ftspec.plan.steps import CallRecord, FetchModel


def stretched(draft: Draft) -> Mapping[str, ModelFacts]:
    """The models' facts, each with the longest row that its positions are stretched to."""
    found = dict(draft.facts.models)
    for name in used_models(draft.spec):
        scaling = draft.spec.models[name].rope_scaling
        if not isinstance(scaling, RopeScaling) or name not in found:
            continue
        facts, path = found[name], f"model.{name}.rope_scaling"
        if facts.positions != "default":
            help = "leave `rope_scaling` out, or choose a model with plain rotary positions"
            draft.report(UNFIT_POSITIONS, f"`{facts.architecture}` {_why_not(facts)}", path, help)
        found[name] = facts.model_copy(update={"context": scaling.stretched(facts.context)})
    return found


def _why_not(facts: ModelFacts) -> str:
    if facts.positions is None:
        return "has no rotary positions that can be stretched here"
    return f"has its rotary positions stretched already, by `{facts.positions}` in its config"


def fetch_steps(draft: Draft) -> tuple[FetchModel, ...]:
    """One step for each model that a stage uses, in the order of the file."""
    spec = draft.spec
    return tuple(_fetch(draft, name) for name in used_models(spec))


def _fetch(draft: Draft, name: str) -> FetchModel:
    model, facts = draft.spec.models[name], draft.facts.models[name]
    path = f"model.{name}"
    return FetchModel(
        id=path,
        source=draft.said(f"{path}.source", model.source).model_dump(),
        quantization=quantization_of(draft, name),
        precision=choose_precision(draft, f"{path}.precision", model.precision),
        architecture=facts.architecture,
        model_type=facts.kind,
        parameters=facts.parameters,
        chat_template=facts.chat_template if model.chat_template else None,
        has_chat_template=facts.chat_template is not None,
        added_tokens=facts.added_tokens,
        rope_scaling=_scaling(draft, name),
        files=facts.files,
    )


def _scaling(draft: Draft, name: str) -> CallRecord | None:
    scaling = draft.spec.models[name].rope_scaling
    record: CallRecord | None = draft.said(f"model.{name}.rope_scaling", scaling).model_dump() if scaling else None
    return record


def quantization_of(draft: Draft, name: str) -> CallRecord | None:
    """How the model's weights are stored: as it says, or as the method of a stage on it brings along."""
    spec, path = draft.spec, f"model.{name}.quantization"
    own = spec.models[name].quantization
    if own is not None:
        record: CallRecord = draft.said(path, own).model_dump()
        return record
    for stage, train in spec.trains.items():
        brought = method_of(train).quantization() if root_model(spec, stage) == name else None
        if brought is not None:
            return brought
    return None
