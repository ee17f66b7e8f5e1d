"""The `output` block becomes the `export` step."""

from __future__ import annotations

from typing import Literal

from ftspec.compile.defaults import final_train, method_of, root_model
from ftspec.compile.lower.draft import Chosen, Draft
from ftspec.plan.steps import MERGED, Export, PlannedUse


def export_steps(draft: Draft) -> tuple[Export, ...]:
    """What ships: the result of the last stage in each form that the spec asks for.

    An adapter that is asked for beside whole weights comes first, and they lie in a folder inside its own.
    """
    output, last = draft.spec.output, final_train(draft.spec)
    draft.said("output.merge", output.merge)
    form = _form(draft, last)
    if form == "merged" and output.adapter:
        first = _step(draft, last, "adapter").model_copy(update={"quantization": None, "gguf": None})
        return first, _step(draft, last, form).model_copy(update=_INSIDE | {"needs": (*_needs(draft, last), "export")})
    return (_step(draft, last, form),)


_INSIDE = {"id": f"export.{MERGED}", "inside": MERGED, "card": False, "push": None}
"""Card and destination are those of the folder around it."""


def _step(draft: Draft, last: str, form: Literal["adapter", "merged", "full"]) -> Export:
    output = draft.spec.output
    use = _compared_on(draft, last) if form == "merged" else None
    return Export(
        id="export",
        stage=f"train.{last}",
        form=form,
        quantization=output.quantization.model_dump() if output.quantization else None,
        compared_on=use,
        tolerance=_tolerance(draft, last) if use else 0.0,
        card=draft.said("output.card", output.card),
        push=output.push.model_dump() if output.push else None,
        gguf=output.gguf,
        ship_on=output.ship_on,
        needs=_needs(draft, last) if form == "merged" else (f"train.{last}",),
    )


def _needs(draft: Draft, last: str) -> tuple[str, ...]:
    use = _compared_on(draft, last)
    return (f"train.{last}", *((use.data,) if use else ()))


_PLAIN, _QUANTIZED = 0.02, 0.1
"""Rounding moves a token in a hundred; four bits in place of sixteen move a few more."""


def _tolerance(draft: Draft, last: str) -> float:
    root = root_model(draft.spec, last)
    assert root is not None, "a train has a model"
    quantized = draft.spec.models[root].quantization or draft.spec.output.quantization
    return _QUANTIZED if quantized else _PLAIN


_SCORES = frozenset({"reward", "classify"})
"""Objectives whose models write no tokens that could be compared."""


def _compared_on(draft: Draft, last: str) -> PlannedUse | None:
    """Held-out rows of the last stage where it has some, else those that it trains on.

    Prompts alone hold no answer to compare: then the rows of the stage before, or none.
    """
    train = draft.spec.trains[last]
    if train.objective is not None and train.objective.keyword() in _SCORES:
        return None
    use = train.validation or train.data
    assert use is not None, "a train has data"
    if draft.facts.data[use.data].format == "prompt":
        parent = train.from_ or train.adapter_of
        return None if parent is None else _compared_on(draft, parent)
    return PlannedUse(data=f"data.{use.data}", split=use.split or "all")


def _form(draft: Draft, last: str) -> Literal["adapter", "merged", "full"]:
    train, output = draft.spec.trains[last], draft.spec.output
    method = method_of(train)
    if not method.has_adapter:
        return "full"
    if output.merge or output.quantization:
        return "merged"
    if train.from_ is not None and method.mergeable:
        draft.chosen("output.form", Chosen("merged", f"an adapter alone would miss what `{train.from_}` learned"))
        return "merged"
    return "adapter"
