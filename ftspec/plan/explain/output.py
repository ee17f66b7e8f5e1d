"""What the preview says of the artefact that ships."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.plan.explain.words import call, name
from ftspec.plan.steps import Export

_FORMS = {
    "adapter": "adapter",
    "merged": "adapter merged into whole weights",
    "full": "whole weights",
    "gguf": "GGUF file",
}


def output_lines(step: Export) -> Iterator[str]:
    """One line: what is written, of which stage, and where it goes."""
    yield ", ".join(_parts(step))


def _parts(step: Export) -> Iterator[str]:
    yield f"{_FORMS[step.form]} of {name(step.stage)}"
    if step.gguf:
        yield f"in {step.gguf}, read back and scored"
    if step.quantization:
        yield f"stored as {call(step.quantization)}"
    if step.inside:
        yield f"beside it in model/{step.inside}"
        return
    if step.card:
        yield "model card"
    if step.push:
        yield f"pushed to {call(step.push)}"
    yield "ships on pass" if step.ship_on == "pass" else "ships in any case"
