"""The `output` block becomes the `export` step."""

from __future__ import annotations

from typing import Literal

from ftspec.compile.defaults import final_train, method_of, root_model
from ftspec.compile.lower.draft import Chosen, Draft
from ftspec.plan.steps import GGUF, MERGED, Export, PlannedUse


def export_steps(draft: Draft) -> tuple[Export, ...]:
    """What ships: the result of the last stage in each form that the spec asks for.

    An adapter that is asked for beside whole weights comes first, and they lie in a folder inside its own; so does a
    GGUF file, whatever it ships beside.
    """
    output, last = draft.spec.output, final_train(draft.spec)
    draft.said("output.merge", output.merge)
    form = _form(draft, last)
    steps = [_step(draft, last, form)]
    if form == "merged" and output.adapter:
        first = _step(draft, last, "adapter").model_copy(update={"quantization": None})
        steps = [first, _inner(draft, last, form, MERGED)]
    if output.gguf is not None:
        steps.append(_inner(draft, last, "gguf", GGUF))
    return tuple(steps)


def _inner(draft: Draft, last: str, form: Literal["merged", "gguf"], folder: str) -> Export:
    """A further form, in a folder of its own; card and destination are those of the folder around it."""
    step = _step(draft, last, form)
    needs = (*_needs(draft, last), "export")
    changes = {"id": f"export.{folder}", "inside": folder, "card": False, "push": None, "needs": needs}
    return step.model_copy(update=changes)


def _step(draft: Draft, last: str, form: Literal["adapter", "merged", "full", "gguf"]) -> Export:
    output = draft.spec.output
    use = _compared_on(draft, last) if form in ("merged", "gguf") else None
    quantization = output.quantization if form != "gguf" else None
    gguf = output.gguf if form == "gguf" else None
    return Export(
        id="export",
        stage=f"train.{last}",
        form=form,
        quantization=quantization.model_dump() if quantization else None,
        compared_on=use,
        tolerance=_tolerance(draft, last, quantization is not None or _in_fewer_bits(gguf)) if use else 0.0,
        card=draft.said("output.card", output.card),
        push=output.push.model_dump() if output.push else None,
        gguf=gguf,
        ship_on=output.ship_on,
        needs=_needs(draft, last) if form == "merged" else (f"train.{last}",),
    )


def _needs(draft: Draft, last: str) -> tuple[str, ...]:
    use = _compared_on(draft, last)
    return (f"train.{last}", *((use.data,) if use else ()))


_PLAIN, _QUANTIZED = 0.02, 0.1
"""Rounding moves a token in a hundred; four bits in place of sixteen move a few more."""


def _tolerance(draft: Draft, last: str, in_fewer_bits: bool) -> float:
    root = root_model(draft.spec, last)
    assert root is not None, "a train has a model"
    return _QUANTIZED if in_fewer_bits or draft.spec.models[root].quantization else _PLAIN


def _in_fewer_bits(gguf: str | None) -> bool:
    return gguf is not None and gguf.lower() not in ("f32", "f16", "bf16")


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
