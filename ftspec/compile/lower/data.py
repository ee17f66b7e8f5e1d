"""`data` blocks become `prepare_data` steps."""

from __future__ import annotations

from collections.abc import Mapping

from ftspec.compile.defaults import (
    generated_of,
    metric_of,
    paraphrase_of,
    parts_of,
    scores_of,
    training_uses,
    watching_uses,
    writers_of,
)
from ftspec.compile.lower.draft import Draft
from ftspec.plan.facts import DataFacts
from ftspec.plan.steps import Generate, PlannedUse, PrepareData
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
    answered = [source.prompts for name in spec.data if (source := generated_of(spec, name))]
    return uses_of(spec) + mixed + answered


def _add(spec: Spec, name: str, wanted: dict[str, None]) -> None:
    if name in wanted:
        return
    wanted[name] = None
    mixture = spec.data[name].mixture
    for part in mixture.parts if mixture else ():
        _add(spec, part.use.data, wanted)
    source = generated_of(spec, name)
    if source is not None:
        _add(spec, source.prompts.data, wanted)


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
        order=data.order if isinstance(data.order, str) else data.order.model_dump(mode="json"),
        files=facts.files,
        rows_read=facts.rows_read,
        rows=facts.rows,
        cleaned=facts.steps,
        splits=facts.splits,
        tokens=_tokens(draft, name),
        labels=_labels(facts),
        digest=facts.digest,
        needs=_needs(draft, name),
    )


def _needs(draft: Draft, name: str) -> tuple[str, ...]:
    mixture = draft.spec.data[name].mixture
    if mixture is not None:
        uses = [part.use for part in mixture.parts]
        grown = [paraphrase_id(use.data) for use in uses if paraphrase_of(draft.spec, use)]
        return tuple(dict.fromkeys([*(f"data.{use.data}" for use in uses), *grown]))
    return (generate_id(draft.spec, name),) if generated_of(draft.spec, name) else ()


def generate_steps(draft: Draft) -> tuple[Generate, ...]:
    """One step for each generated source and each paraphrase; data sets with the same source share what was written."""
    spec = draft.spec
    wanted = [step.id.removeprefix("data.") for step in prepare_steps(draft)]
    steps = {generate_id(spec, name): _generate(draft, name) for name in wanted if generated_of(spec, name)}
    return (*steps.values(), *(_paraphrase(draft, name) for name in wanted if _is_paraphrased(spec, name)))


def paraphrase_id(name: str) -> str:
    """`generate.tickets.paraphrases`."""
    return f"generate.{name}.paraphrases"


def _is_paraphrased(spec: Spec, name: str) -> bool:
    """Whether a mixture or a stage reads the rows of a data set with its paraphrases."""
    mixed = [part.use for data in spec.data.values() if data.mixture for part in data.mixture.parts]
    uses = (*mixed, *(train.data for train in spec.trains.values()))
    return any(use.data == name and paraphrase_of(spec, use) for use in uses)


def expected_paraphrases(draft: Draft, use: Use) -> int:
    """How many rows models add to a use."""
    paraphrase, facts = paraphrase_of(draft.spec, use), draft.facts.data[use.data]
    return paraphrase.expected_rows(facts.splits[use.split or "all"]) if paraphrase is not None else 0


def _paraphrase(draft: Draft, name: str) -> Generate:
    spec = draft.spec
    use: Use = Use(data=name, split="train" if split_of(spec, name) is not None else None)
    paraphrase = paraphrase_of(spec, use)
    assert paraphrase is not None
    held_out, makers = _held_out(spec, name), _ids(spec, paraphrase.makers())
    needs = (*makers, f"data.{name}", *(use.data for use in held_out))
    return Generate(
        id=paraphrase_id(name),
        source=paraphrase.model_dump(),
        prompts=PlannedUse(data=f"data.{name}", split=use.split or "all"),
        makers=makers,
        rows=expected_paraphrases(draft, use),
        batch_tokens=_batch_tokens(draft),
        augments=f"data.{name}",
        held_out=held_out,
        needs=tuple(dict.fromkeys(needs)),
    )


def _held_out(spec: Spec, name: str) -> tuple[PlannedUse, ...]:
    """What gates read, what watches a training and the data's own other parts, rows that models write aside."""
    scores = [score for rule in spec.gates.rules for score in scores_of(rule)]
    read = [use for score in scores if not metric_of(score).reads_training_data for use in score.uses]
    read += [use for uses in watching_uses(spec).values() for _, use in uses]
    trained = [use for uses in training_uses(spec).values() for _, use in uses]
    own = [Use(data=name, split=split) for split in ("validation", "test")] if split_of(spec, name) else []
    uses = dict.fromkeys([*own, *(part for use in read for part in parts_of(spec, use))])
    kept = (use for use in uses if use not in trained and not writers_of(spec, use))
    return tuple(PlannedUse(data=f"data.{use.data}", split=use.split or "all") for use in kept)


def _ids(spec: Spec, makers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{'train' if each in spec.trains else 'model'}.{each}" for each in makers)


def _batch_tokens(draft: Draft) -> int:
    return 65_536 if draft.facts.target.kind == "cuda" else 4096


def generate_id(spec: Spec, name: str) -> str:
    """`generate.ranked`, after the first data set with this source."""
    source = spec.data[name].source
    first = next(other for other, data in spec.data.items() if data.source == source)
    return f"generate.{first}"


def _generate(draft: Draft, name: str) -> Generate:
    spec, source = draft.spec, generated_of(draft.spec, name)
    assert source is not None
    makers = _ids(spec, source.makers())
    prompts = PlannedUse(data=f"data.{source.prompts.data}", split=source.prompts.split or "all")
    return Generate(
        id=generate_id(spec, name),
        source=source.model_dump(),
        prompts=prompts,
        makers=makers,
        rows=source.expected_rows(draft.facts.data[source.prompts.data].splits[prompts.split]),
        batch_tokens=_batch_tokens(draft),
        needs=tuple(dict.fromkeys((*makers, prompts.data))),
    )


def _tokens(draft: Draft, name: str) -> dict[str, int]:
    """The tokens of each part as the plan's first model reads them."""
    first = next(iter(draft.spec.models), None)
    found = draft.facts.tokens.items()
    return {part: facts.tokens for (data, part, model), facts in found if (data, model) == (name, first)}


_LONGEST_LABEL = 80


def _labels(facts: DataFacts) -> Mapping[str, Mapping[str, int]]:
    """The counts of the answers, if they are labels: short, at least two, and each given twice on average."""
    names = {label for counts in facts.labels.values() for label in counts}
    total = sum(count for counts in facts.labels.values() for count in counts.values())
    are_labels = 2 <= len(names) <= total / 2 and all(len(name) <= _LONGEST_LABEL for name in names)
    return facts.labels if are_labels and facts.labels.keys() == facts.splits.keys() else {}
