"""What the preview says of a model."""

from __future__ import annotations

from ftspec.plan.explain.table import Text, Tone
from ftspec.plan.explain.words import call, family, plural, short, value
from ftspec.plan.steps import FetchModel

_COMMIT = 40


def model_lines(step: FetchModel) -> tuple[Text, ...]:
    """Family, size, number format; then where it comes from, when that is not a folder of the same name."""
    stored = call(step.quantization) if step.quantization else None
    parts = [
        family(step.architecture),
        f"{short(step.parameters)} parameters",
        f"{stored}, computes in {step.precision}" if stored else step.precision,
        *(["own chat template"] if step.chat_template else ["chat template"] if step.has_chat_template else []),
        *([plural(len(step.added_tokens), "new token")] if step.added_tokens else []),
    ]
    if step.rope_scaling is not None:
        parts.append(f"positions by {call(step.rope_scaling)}")
    return (Text(", ".join(parts)), *_source(step))


def _source(step: FetchModel) -> tuple[Text, ...]:
    title = source_title(step)
    return (Text(title, Tone.QUIET),) if title and title != step.id.partition(".")[2] else ()


def source_title(step: FetchModel) -> str:
    """`meta-llama/Llama-3.1-8B at d04e592`, or the folder's path."""
    arguments = step.source["arguments"]
    if "package" in arguments:
        return f"{arguments['package']}, an installed package"
    if "repository" not in arguments:
        return value(arguments.get("path", ""))
    revision = arguments.get("revision")
    if not revision:
        return f"{arguments['repository']}, not pinned"
    return f"{arguments['repository']} at {revision[:7] if len(revision) == _COMMIT else revision}"
