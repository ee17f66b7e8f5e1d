"""Data that is ready: read, cleaned, rendered and shared out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ftspec.data import codes
from ftspec.data.clean import Draft, clean_fields, clean_rows
from ftspec.data.faults import Fault, Unusable
from ftspec.data.read import read_rows
from ftspec.data.recipe import Recipe
from ftspec.data.row import Row, content_hash, named
from ftspec.data.shapes import Shape, recognised
from ftspec.data.split import PARTS, UNUSED, WHOLE, split_rows
from ftspec.plan.facts import CleanFacts, DataFacts, FileFacts
from ftspec.spec.data import Clean

if TYPE_CHECKING:
    from ftspec.data.render import TurnTemplate
    from ftspec.model.tokenizer import Tokenizer


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
        """The rows of one part; all rows, in the order of the files, for `all` or None."""
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
        """How often each answer occurs in a part, or None when there are more than 64 different ones."""
        counts = Counter(answer(row) for row in self.parts[split])
        counts.pop("", None)
        return dict(sorted(counts.items())) if 0 < len(counts) <= 64 else None


def answer(row: Row) -> str:
    """What the last trained turn says; the label of a row that has one; else nothing."""
    trained = [turn.text for turn in row.turns if turn.trains]
    if trained:
        return trained[-1]
    label = row.fields.get("label")
    return "" if label is None else str(label)


def build(recipe: Recipe, root: Path, tokenizer: Tokenizer | None = None) -> Prepared:
    """Read, clean, render and share out a data set.

    Args:
        recipe: What to do.
        root: The spec's folder.
        tokenizer: Counts tokens for `min_tokens` and `max_tokens`; needed by them alone.

    Raises:
        FileNotFoundError: no file fits the source's path.
        Unusable: the data set as a whole cannot be used.
    """
    read = read_rows(recipe.source, recipe.source.files(root), root)
    hashes = named(content_hash(row.fields) for row in read.rows)
    drafts = [Draft(item, row.file, row.number, row.fields) for item, row in zip(hashes, read.rows, strict=True)]
    renderer = _renderer(recipe, drafts)
    cleaned = clean_fields(drafts, recipe.clean, renderer.required)
    rows, render_faults = renderer.rows(cleaned.drafts)
    rows, more = clean_rows(rows, recipe.clean, tokenizer)
    parts, split_faults = _parts(rows, recipe)
    return Prepared(
        parts=parts,
        format=renderer.format,
        recognised=recipe.format is None,
        template=renderer.template,
        template_source=renderer.source,
        trained_roles=renderer.trained_roles,
        fields=tuple(sorted({name for draft in drafts for name in draft.fields})),
        rows_read=len(read.rows) + sum(1 for fault in read.faults if fault.number),
        steps=(*cleaned.steps, *more),
        faults=(*read.faults, *cleaned.faults, *render_faults, *split_faults),
    )


@dataclass(frozen=True, eq=False)
class Renderer:
    """Makes rows of drafts, by a template or by the shape that the rows have."""

    format: str
    source: str
    template: tuple[tuple[str, str], ...]
    trained_roles: tuple[str, ...]
    required: tuple[str, ...]
    by_template: TurnTemplate | None = None
    by_shape: Shape | None = None

    def rows(self, drafts: Sequence[Draft]) -> tuple[list[Row], list[Fault]]:
        """A row for each draft, and the faults of those that cannot be rendered."""
        rows: list[Row] = []
        faults: list[Fault] = []
        for draft in drafts:
            try:
                rows.append(self._row(draft))
            except Unusable as error:
                faults.append(error.at(draft.file, draft.number))
        return rows, faults

    def _row(self, draft: Draft) -> Row:
        tools = draft.fields.get("tools")
        if self.by_template is not None:
            turns = self.by_template.render(draft.fields, {})
        elif self.by_shape is not None and self.by_shape.turns is not None:
            turns = self.by_shape.turns(draft.fields)
        else:
            raise AssertionError("a renderer has a template or a shape")
        is_bare = self.by_shape is not None and self.by_shape.bare
        return Row(
            item=draft.item,
            file=draft.file,
            number=draft.number,
            fields=draft.fields,
            turns=turns,
            tools=_tools(tools) if self.by_template is None else (),
            bare=is_bare and not isinstance(draft.fields.get("prompt"), list),
        )


def _tools(value: object) -> tuple[object, ...]:
    """The `tools` of a row: a list of JSON Schemas, or the JSON text of one."""
    import json

    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            help = "write a list of JSON Schemas"
            raise Unusable(codes.WRONG_TYPE, f"has text in `tools` that is not JSON: {error}", help) from error
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Unusable(codes.WRONG_TYPE, "has something other than a list in `tools`", "write a list of JSON Schemas")
    return tuple(value)


def _renderer(recipe: Recipe, drafts: Sequence[Draft]) -> Renderer:
    if recipe.turns:
        return _template_renderer(recipe.turns, recipe.trained, recipe.turns_source, recipe.format)
    shape = recognised([draft.fields for draft in drafts], recipe.format)
    if shape is None:
        raise _unknown(recipe, drafts)
    if shape.turns is None:
        from ftspec.data.library import library_template

        template = library_template(shape.name)
        if template is None:
            raise FileNotFoundError(f"the library has no template {shape.name}")
        turns = tuple((turn.role, turn.text) for turn in template.turns)
        return _template_renderer(turns, frozenset(template.trained), shape.source, shape.format)
    return Renderer(shape.format, shape.source, (), _TRAINED[shape.format], shape.needs, by_shape=shape)


_TRAINED: Mapping[str, tuple[str, ...]] = {
    "prompt_completion": ("assistant",),
    "chat": ("assistant",),
    "unpaired": ("assistant",),
    "preference": ("chosen", "rejected"),
    "text": ("text",),
    "labels": (),
    "prompt": (),
}
"""The roles that train in rows that bring their own turns, by format."""


def _template_renderer(
    turns: tuple[tuple[str, str], ...], trained: frozenset[str], source: str, format: str | None
) -> Renderer:
    from ftspec.data.render import compiled

    template = compiled(turns, trained)
    roles = [role for role, _ in turns]
    return Renderer(
        format=format or _format_of(roles, trained),
        source=source,
        template=turns,
        trained_roles=tuple(dict.fromkeys(role for role in roles if role in trained)),
        required=template.required,
        by_template=template,
    )


def _format_of(roles: Sequence[str], trained: frozenset[str]) -> str:
    """The format that a template's turns make."""
    if "chosen" in roles and "rejected" in roles:
        return "preference"
    if set(roles) == {"text"}:
        return "text"
    if not trained & set(roles):
        return "prompt"
    return "prompt_completion" if roles.count("assistant") == 1 and roles[-1] == "assistant" else "chat"


def _unknown(recipe: Recipe, drafts: Sequence[Draft]) -> Unusable:
    if not drafts:
        return Unusable(codes.NO_ROWS, "the data has no rows that can be read", "check the files")
    fields = ", ".join(f"`{name}`" for name in drafts[0].fields) or "no fields"
    wanted = "no known format has" if recipe.format is None else f"`format = {recipe.format}` does not have"
    return Unusable(
        codes.UNKNOWN_FORMAT,
        f"the rows have the fields {fields}, which {wanted}",
        "write a `template` that says how a row becomes turns",
    )


def _parts(rows: Sequence[Row], recipe: Recipe) -> tuple[dict[str, list[Row]], list[Fault]]:
    if recipe.split is None:
        return {WHOLE: list(rows)}, []
    assigned, faults = split_rows(rows, recipe.split, _clusters(rows, recipe.clean))
    parts: dict[str, list[Row]] = {part: [] for part in PARTS}
    for row in rows:
        parts.setdefault(assigned.get(row.item, UNUSED), []).append(row)
    return parts, faults


def _clusters(rows: Sequence[Row], clean: Clean) -> dict[str, str]:
    """Rows that must stay together: near duplicates, unless they are gone already."""
    from ftspec.data.duplicates import clusters

    return {} if clean.deduplicate not in (None, "exact") else clusters(rows)


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
