"""What the preview says of a data set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ftspec.plan.explain.table import Text, Tone
from ftspec.plan.explain.words import count, name, plural
from ftspec.plan.facts import CleanFacts
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Evaluate, Generate, PrepareData

_DROPPED = {
    "drop_missing": "missing",
    "deduplicate": "duplicates",
    "language": "in other languages",
    "min_tokens": "too short",
    "max_tokens": "too long",
    "keep": "not kept",
}
"""What a dropped row was, by the step that dropped it."""

_CHANGED = {"redact": "redacted", "redact_names": "with names redacted", "unicode": "repaired"}


def data_lines(step: PrepareData, plan: Plan) -> tuple[Text, ...]:
    """Rows in and out with what was dropped, the split, and how rows become text when that was recognised."""
    lines = (*_split(step, plan), *_paraphrases(step, plan))
    return (Text(_rows(step)), *_files(step), *map(Text, lines), *_template(step))


_SHOWN = 6
"""Names of files that are listed; the plan as JSON has all of them with their hashes."""


def _files(step: PrepareData) -> tuple[Text, ...]:
    """What a folder or a glob stands for."""
    named = str((step.source or {}).get("arguments", {}).get("path", ""))
    read = [file.path for file in step.files if file.path != (step.augment or {}).get("synonyms")]
    if not named or read in ([], [named]):
        return ()
    more = f" and {count(len(read) - _SHOWN)} more" if len(read) > _SHOWN else ""
    return (Text(f"{plural(len(read), 'file')}: {', '.join(read[:_SHOWN])}{more}", Tone.QUIET),)


def _rows(step: PrepareData) -> str:
    if is_written(step):
        source = step.source or {}
        asked = source["arguments"]["prompts"]
        part = f".{asked['split']}" if asked["split"] else ""
        return f"about {plural(step.rows, 'row')}: {source['name']} by {source['arguments']['model']} on " + (
            f"{asked['data']}{part}"
        )
    heat = (step.mixture or {}).get("temperature", 1.0)
    what = (
        f"mixture{f' at temperature {heat:g}' if heat != 1 else ''} of " + ", ".join(_parts(step)) + ": "
        if step.mixture
        else ""
    )
    cleaned = [each for fact in step.cleaned for each in _cleaned(fact, step)]
    if step.rows_read == step.rows:
        head = plural(step.rows, "row")
    else:
        head = f"{plural(step.rows_read, 'row')} → {count(step.rows)}"
    return what + head + (": " + ", ".join(cleaned) if cleaned else "")


def is_written(step: PrepareData) -> bool:
    """Whether models write the rows while the plan runs."""
    return step.mixture is None and any(need.startswith("generate.") for need in step.needs)


def _parts(step: PrepareData) -> list[str]:
    mixture = step.mixture or {}
    parts, heat = mixture.get("parts", ()), mixture.get("temperature", 1.0)
    whole = sum(part["share"] ** (1 / heat) for part in parts if part["share"])
    said = [f"{part['share']:.0%} {_use(part['use'])}" for part in parts]
    if heat == 1:
        return said
    heated = [part["share"] ** (1 / heat) / whole if part["share"] else 0.0 for part in parts]
    return [
        f"{share:.0%} {_use(part['use'])} (written {part['share']:.0%})"
        for part, share in zip(parts, heated, strict=True)
    ]


def _use(use: Mapping[str, Any]) -> str:
    return f"{use['data']}.{use['split']}" if use.get("split") else str(use["data"])


def _cleaned(fact: CleanFacts, step: PrepareData) -> Iterator[str]:
    dropped = fact.rows_in - fact.rows_out
    if fact.name == "augment":
        yield f"{count(fact.changed)} changed {'copy' if fact.changed == 1 else 'copies'} added"
        return
    part = fact.name.removeprefix("mixture ")
    if part != fact.name:
        times = f"{part} {fact.rows_out / max(1, fact.rows_in):.1f} times"
        yield times if dropped < 0 else f"{count(fact.rows_out)} of {count(fact.rows_in)} of {part}"
        return
    if dropped:
        word = _DROPPED.get(fact.name, f"by {fact.name}")
        near = fact.name == "deduplicate" and step.clean.get("deduplicate") not in (None, "exact")
        word = "near duplicates" if near else word
        yield f"{count(dropped)} {word.removesuffix('s') if dropped == 1 and word.endswith('duplicates') else word}"
    if fact.changed:
        yield f"{count(fact.changed)} {_CHANGED.get(fact.name, f'changed by {fact.name}')}"


def _split(step: PrepareData, plan: Plan) -> Iterator[str]:
    if step.split is None:
        said = (_tokens(step), "scored whole" if _is_scored(step, plan) else "", *_recognised(step))
        if line := ", ".join(each for each in said if each):
            yield line
        return
    parts = " · ".join(f"{part} {count(rows)}" for part, rows in step.splits.items())
    yield ", ".join((parts, *_how(step)))


def _paraphrases(step: PrepareData, plan: Plan) -> Iterator[str]:
    """What models add to the rows that train."""
    for written in plan.of(Generate):
        if written.augments == step.id:
            part = "" if written.prompts.split == "all" else f" to {written.prompts.split}"
            who = " and ".join(name(each) for each in written.makers)
            yield f"{who} adds about {plural(written.rows, 'paraphrase')}{part} while the plan runs"


def _tokens(step: PrepareData) -> str:
    return plural(step.tokens["all"], "token") if "all" in step.tokens else ""


def _is_scored(step: PrepareData, plan: Plan) -> bool:
    uses = (use for each in plan.of(Evaluate) for measurement in each.measurements for use in measurement.uses)
    return any(use.data == step.id and use.split == "all" for use in uses)


def _how(step: PrepareData) -> Iterator[str]:
    split = step.split or {}
    if split.get("by"):
        yield f"by the field {split['by']}"
    elif split.get("time"):
        yield f"the newest by {split['time']} last"
    else:
        yield "by hash"
    if split.get("stratify"):
        yield f"stratified by {split['stratify']}"
    if split.get("group"):
        yield f"grouped by {split['group']}"


def _template(step: PrepareData) -> tuple[Text, ...]:
    said = [] if step.split is None else list(_recognised(step))
    kind, _, title = step.template_source.partition(": ")
    if title:
        said.append(f"template {title}" + (" of the library" if kind == "library" else ""))
    return (Text(", ".join(said), Tone.QUIET),) if said else ()


def _recognised(step: PrepareData) -> Iterator[str]:
    if step.recognised:
        yield f"recognised as {step.format.replace('_', ' ')}"
