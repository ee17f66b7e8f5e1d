"""The `output` block becomes the `export` step."""

from __future__ import annotations

from typing import Literal

from ftspec.compile.defaults import final_train, method_of
from ftspec.compile.lower.draft import Chosen, Draft
from ftspec.plan.steps import Export


def export_step(draft: Draft) -> Export:
    """The artefact that ships: the result of the last stage in the form that the spec asks for."""
    output, last = draft.spec.output, final_train(draft.spec)
    draft.said("output.merge", output.merge)
    return Export(
        id="export",
        stage=f"train.{last}",
        form=_form(draft, last),
        card=draft.said("output.card", output.card),
        push=output.push.model_dump() if output.push else None,
        gguf=output.gguf,
        needs=(f"train.{last}",),
    )


def _form(draft: Draft, last: str) -> Literal["adapter", "merged", "full"]:
    train, output = draft.spec.trains[last], draft.spec.output
    method = method_of(train)
    if not method.has_adapter:
        return "full"
    if output.merge:
        return "merged"
    if train.from_ is not None and method.mergeable:
        draft.chosen("output.form", Chosen("merged", f"an adapter alone would miss what `{train.from_}` learned"))
        return "merged"
    return "adapter"
