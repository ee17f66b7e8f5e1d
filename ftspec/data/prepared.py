"""Data that is ready: read, cleaned, rendered and shared out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ftspec.data.clean import Draft, clean_fields, clean_rows
from ftspec.data.examples import Drawn
from ftspec.data.faults import Fault
from ftspec.data.mixture import formats_of, mixed
from ftspec.data.pairs import WHOLE
from ftspec.data.read import read_rows
from ftspec.data.recipe import Recipe
from ftspec.data.renderer import Renderer, renderer_for
from ftspec.data.row import Row, content_hash, named
from ftspec.data.split import PARTS, UNUSED, split_rows
from ftspec.kinds.labels import label_of
from ftspec.plan.facts import CleanFacts, DataFacts, Example, FileFacts
from ftspec.spec.data import Clean

if TYPE_CHECKING:
    from ftspec.model.tokenizer import Tokenizer

MOST_LABELS = 64
"""More distinct answers than this are no labels."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """The rows of a data set by part (`train`, `validation`, `test`; `all` when it is used whole)."""

    parts: Mapping[str, Sequence[Row]]
    format: str
    recognised: bool
    template: tuple[tuple[str, str], ...]
    template_source: str
    trained_roles: tuple[str, ...]
    fields: tuple[str, ...]
    rows_read: int
    steps: tuple[CleanFacts, ...]
    faults: tuple[Fault, ...] = ()
    """Rows that stop everything; empty for data that can train."""

    def rows(self, split: str | None) -> Sequence[Row]:
        """The rows of one part; all rows, part after part, for `all` or None."""
        if split in (None, WHOLE) and WHOLE not in self.parts:
            return [row for part in PARTS for row in self.parts[part]]
        return self.parts[split or WHOLE]

    @property
    def digest(self) -> str:
        """SHA-256 over the rows, what they say and their parts."""
        digest = sha256()
        for part, rows in sorted(self.parts.items()):
            for row in rows:
                said = [(turn.role, turn.text, turn.trains) for turn in row.turns]
                digest.update(f"{part}\0{row.item}\0{said!r}\n".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def labels(self, split: str) -> dict[str, int] | None:
        """How often each answer occurs in a part, or None when there are more than 64 different ones.

        Answers that were compared with each other are no labels; of a list of labels each counts.
        """
        if self.format == "preference":
            return None
        counts = Counter(answer for row in self.parts[split] for answer in _answers(row))
        counts.pop("", None)
        return dict(sorted(counts.items())) if 0 < len(counts) <= MOST_LABELS else None


def _answers(row: Row) -> Sequence[str]:
    label = label_of(row.fields)
    return [str(each) for each in label] if isinstance(label, list) else [row.answer]


Find = Callable[[str], Prepared]
"""Another data set by its name: mixtures are made of them."""


def build(recipe: Recipe, root: Path, tokenizer: Tokenizer | None = None, find: Find | None = None) -> Prepared:
    """Read, clean, render and share out a data set.

    Args:
        recipe: What to do.
        root: The spec's folder.
        tokenizer: Counts tokens for `min_tokens`, `max_tokens` and mixtures by tokens; needed by them alone.
        find: The parts of a mixture; needed by mixtures alone.

    Raises:
        FileNotFoundError: no file fits the source's path.
        Unusable: the data set as a whole cannot be used.
    """
    if recipe.mixture is not None:
        return _built_mixture(recipe, root, tokenizer, find)
    assert recipe.source is not None
    read = read_rows(recipe.source, recipe.source.files(root), root)
    hashes = named(content_hash(row.fields) for row in read.rows)
    drafts = [Draft(item, row.file, row.number, row.fields) for item, row in zip(hashes, read.rows, strict=True)]
    if read.faults and not drafts:
        return _unreadable(read.faults)
    renderer = renderer_for(recipe, drafts)
    cleaned = clean_fields(drafts, recipe.clean, renderer.required)
    rows, render_faults = renderer.rows(cleaned.drafts)
    rows, more = clean_rows(rows, recipe.clean, tokenizer)
    likes = _clusters(rows, recipe)
    parts, split_faults = _parts(rows, recipe, likes)
    if renderer.uses_examples:
        parts = _with_examples(parts, cleaned.drafts, renderer, recipe, likes)
    parts, grown = _augmented(parts, recipe, root)
    parts, disorder = ordered(parts, recipe, tokenizer)
    return Prepared(
        parts=parts,
        format=renderer.format,
        recognised=recipe.format is None and not recipe.turns,
        template=renderer.template,
        template_source=renderer.source,
        trained_roles=renderer.trained_roles,
        fields=tuple(sorted({name for draft in drafts for name in draft.fields})),
        rows_read=len(read.rows) + sum(1 for fault in read.faults if fault.number),
        steps=(*cleaned.steps, *more, *grown),
        faults=(*read.faults, *cleaned.faults, *render_faults, *split_faults, *disorder),
    )


def _unreadable(faults: Sequence[Fault]) -> Prepared:
    """Data of which no row can be read: what is wrong with the rows is all there is to say."""
    return Prepared({WHOLE: []}, "text", False, (), "", (), (), len(faults), (), tuple(faults))


def _built_mixture(recipe: Recipe, root: Path, tokenizer: Tokenizer | None, find: Find | None) -> Prepared:
    assert recipe.mixture is not None and find is not None
    names = list(dict.fromkeys(part.use.data for part in recipe.mixture.parts))
    found = {name: find(name) for name in names}
    rows, account = mixed(recipe.mixture, lambda name, split: found[name].rows(split), tokenizer)
    rows, steps = clean_rows(rows, recipe.clean, tokenizer)
    parts, faults = _parts(rows, recipe, {})
    parts, grown = _augmented(parts, recipe, root)
    parts, disorder = ordered(parts, recipe, tokenizer)
    return Prepared(
        parts=parts,
        format=formats_of({name: each.format for name, each in found.items()}),
        recognised=False,
        template=(),
        template_source="parts",
        trained_roles=tuple(sorted({role for each in found.values() for role in each.trained_roles})),
        fields=tuple(sorted({field for each in found.values() for field in each.fields})),
        rows_read=sum(len(found[part.use.data].rows(part.use.split)) for part in recipe.mixture.parts),
        steps=(*account, *steps, *grown),
        faults=(*faults, *disorder),
    )


def _parts(
    rows: Sequence[Row], recipe: Recipe, clusters: Mapping[str, str]
) -> tuple[dict[str, list[Row]], list[Fault]]:
    if recipe.split is None:
        return {WHOLE: list(rows)}, []
    assigned, faults = split_rows(rows, recipe.split, clusters)
    parts: dict[str, list[Row]] = {part: [] for part in PARTS}
    for row in rows:
        parts.setdefault(assigned.get(row.item, UNUSED), []).append(row)
    return parts, faults


def _with_examples(
    parts: Mapping[str, Sequence[Row]],
    drafts: Sequence[Draft],
    renderer: Renderer,
    recipe: Recipe,
    clusters: Mapping[str, str],
) -> dict[str, list[Row]]:
    """The rows rendered again, now that it is known which of them may be shown as examples."""
    train = parts["train"] if "train" in parts else parts[WHOLE]
    drawn = Drawn(train, clusters, recipe.split.seed if recipe.split is not None else 0)
    by_item = {draft.item: draft for draft in drafts}
    return {part: renderer.rows([by_item[row.item] for row in rows], drawn)[0] for part, rows in parts.items()}


def _clusters(rows: Sequence[Row], recipe: Recipe) -> dict[str, str]:
    """Rows that must stay in one part: near duplicates, whether or not they are dropped."""
    from ftspec.data.duplicates import clusters

    return {} if recipe.split is None else clusters(rows)


def _augmented(
    parts: dict[str, list[Row]], recipe: Recipe, root: Path
) -> tuple[dict[str, list[Row]], tuple[CleanFacts, ...]]:
    """Changed copies beside the rows that train, with the account of them."""
    if recipe.augment is None or not (recipe.augment.noise or recipe.augment.case or recipe.augment.synonyms):
        return parts, ()
    from ftspec.data.augment import augmented

    name = WHOLE if WHOLE in parts else "train"
    rows = augmented(parts[name], recipe.augment, root)
    known = {row.item for row in parts[name]}
    new = [row for row in rows if row.item not in known]
    examples = tuple(Example(file=row.file, row=row.number, text=row.text[:80]) for row in new[:3])
    account = CleanFacts(name="augment", rows_in=len(known), rows_out=len(rows), changed=len(new), examples=examples)
    return {**parts, name: rows}, (account,)


def ordered(
    parts: dict[str, list[Row]], recipe: Recipe, tokenizer: Tokenizer | None
) -> tuple[dict[str, list[Row]], list[Fault]]:
    """The rows that train in the order of the recipe."""
    if recipe.order is None:
        return parts, []
    from ftspec.data.curriculum import in_curriculum

    name = WHOLE if WHOLE in parts else "train"
    rows, faults = in_curriculum(parts[name], recipe.order, tokenizer)
    return {**parts, name: rows}, faults


def uses_tokens(clean: Clean) -> bool:
    """Whether cleaning counts tokens."""
    return clean.min_tokens is not None or clean.max_tokens is not None


def data_facts(prepared: Prepared, files: tuple[FileFacts, ...]) -> DataFacts:
    """What the compiler may know of a prepared data set."""
    rows = sum(len(rows) for rows in prepared.parts.values())
    labels = {part: prepared.labels(part) for part in prepared.parts}
    return DataFacts(
        files=files,
        format=prepared.format,
        recognised=prepared.recognised,
        template=prepared.template,
        template_source=prepared.template_source,
        trained_roles=prepared.trained_roles,
        fields=prepared.fields,
        rows_read=prepared.rows_read,
        rows=rows,
        steps=prepared.steps,
        splits={part: len(rows) for part, rows in prepared.parts.items()},
        labels={part: counts for part, counts in labels.items() if counts is not None},
        digest=prepared.digest,
    )
