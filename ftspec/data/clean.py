"""Cleaning: what is taken out of the data, in one fixed order, each step with its account.

Fields first: drop_missing, unicode, redact, redact_names, language, keep. Then, on the rendered rows: min_tokens,
max_tokens, deduplicate. Nothing leaves the data unsaid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ftspec.data import codes
from ftspec.data.faults import Fault, Unusable
from ftspec.data.row import Row, texts
from ftspec.plan.facts import CleanFacts, Example
from ftspec.spec.data import Clean

if TYPE_CHECKING:
    from ftspec.model.tokenizer import Tokenizer

_EXAMPLES = 3
_WIDTH = 80


@dataclass(frozen=True, slots=True)
class Draft:
    """A row before it is rendered. `item` names it by the content that the file has."""

    item: str
    file: str
    number: int
    fields: Mapping[str, Any]

    @property
    def text(self) -> str:
        """Every text in its fields."""
        return "\n".join(texts(self.fields))


class Placed(Protocol):
    """What both drafts and rows have."""

    @property
    def file(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def text(self) -> str: ...


T = TypeVar("T", bound=Placed)


def mapped(change: Callable[[str], str], value: Any) -> Any:
    """The same JSON value with every text inside it changed; keys stay."""
    match value:
        case str():
            return change(value)
        case Mapping():
            return {key: mapped(change, item) for key, item in value.items()}
        case list() | tuple():
            return [mapped(change, item) for item in value]
        case _:
            return value


@dataclass(frozen=True)
class Cleaned:
    """Drafts after the steps on fields."""

    drafts: list[Draft]
    steps: tuple[CleanFacts, ...]
    faults: tuple[Fault, ...]


def clean_fields(drafts: list[Draft], clean: Clean, required: Sequence[str]) -> Cleaned:
    """The steps that look at fields. `required` are the fields that the template or the shape uses."""
    steps: list[CleanFacts] = []
    faults: list[Fault] = []
    if clean.drop_missing:
        # What no row has is no missing value but another name; the template will say so.
        known = [name for name in required if any(name in draft.fields for draft in drafts)]
        drafts = _kept(drafts, lambda draft: not _lacks(draft.fields, known), "drop_missing", steps)
    if clean.unicode:
        from ftspec.data.unicode import repaired

        drafts = _changed(drafts, repaired, "unicode", steps)
    if clean.redact is not None:
        from ftspec.data.redact import redactor

        drafts = _changed(drafts, redactor(clean.redact), "redact", steps)
    if clean.redact_names is not None:
        from ftspec.data.names import name_redactor

        drafts = _changed(drafts, name_redactor(clean.redact_names), "redact_names", steps)
    if clean.language is not None:
        from ftspec.data.language import speaks

        drafts = _kept(drafts, speaks(clean.language), "language", steps)
    if clean.keep is not None:
        drafts = _kept_by(drafts, clean.keep, steps, faults)
    return Cleaned(drafts, _without_secrets(steps, clean), tuple(faults))


def clean_rows(rows: list[Row], clean: Clean, tokenizer: Tokenizer | None) -> tuple[list[Row], tuple[CleanFacts, ...]]:
    """The steps that look at rendered rows. Raises `Unusable` when token limits have no tokenizer to count by."""
    steps: list[CleanFacts] = []
    if clean.min_tokens is not None or clean.max_tokens is not None:
        rows = _within(rows, clean, tokenizer, steps)
    match clean.deduplicate:
        case None:
            pass
        case "exact":
            rows = _kept(rows, _first_of_its_kind(), "deduplicate", steps)
        case near:
            from ftspec.data.duplicates import without_near_duplicates

            keep = without_near_duplicates(rows, near.similarity)  # type: ignore[attr-defined]
            rows = _kept(rows, lambda row: row.item in keep, "deduplicate", steps)
    return rows, tuple(steps)


def _without_secrets(steps: Sequence[CleanFacts], clean: Clean) -> tuple[CleanFacts, ...]:
    """The same steps; what `redact` hides is hidden in the examples of earlier steps too."""
    if clean.redact is None:
        return tuple(steps)
    from ftspec.data.redact import redactor

    hide = redactor(clean.redact)
    hidden = ([each.model_copy(update={"text": hide(each.text)}) for each in step.examples] for step in steps)
    return tuple(step.model_copy(update={"examples": tuple(each)}) for step, each in zip(steps, hidden, strict=True))


def _within(rows: list[Row], clean: Clean, tokenizer: Tokenizer | None, steps: list[CleanFacts]) -> list[Row]:
    from ftspec.data.encoding import lengths

    if tokenizer is None:
        raise Unusable(
            codes.NEEDS_TOKENIZER,
            "`min_tokens` and `max_tokens` need a tokenizer, and no model of the spec has one here",
            "fetch the model first, or limit rows with `keep`",
        )
    tokens = dict(zip((row.item for row in rows), lengths(rows, tokenizer), strict=True))
    if (low := clean.min_tokens) is not None:
        rows = _kept(rows, lambda row: tokens[row.item] >= low, "min_tokens", steps)
    if (high := clean.max_tokens) is not None:
        rows = _kept(rows, lambda row: tokens[row.item] <= high, "max_tokens", steps)
    return rows


def _first_of_its_kind() -> Callable[[Row], bool]:
    seen: set[tuple[tuple[str, str], ...]] = set()

    def is_first(row: Row) -> bool:
        said = tuple((turn.role, turn.text) for turn in row.turns)
        if said in seen:
            return False
        seen.add(said)
        return True

    return is_first


def _lacks(fields: Mapping[str, Any], required: Sequence[str]) -> bool:
    return any(_is_empty(fields.get(name)) for name in required)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value == [] or value == {}


def _kept(rows: list[T], holds: Callable[[T], bool], name: str, steps: list[CleanFacts]) -> list[T]:
    kept: list[T] = []
    dropped: list[T] = []
    for row in rows:
        (kept if holds(row) else dropped).append(row)
    steps.append(CleanFacts(name=name, rows_in=len(rows), rows_out=len(kept), examples=_examples(dropped)))
    return kept


def _kept_by(drafts: list[Draft], keep: str, steps: list[CleanFacts], faults: list[Fault]) -> list[Draft]:
    from ftspec.data.render import expression

    test = expression(keep)

    def holds(draft: Draft) -> bool:
        try:
            return test(draft.fields)
        except Unusable as error:
            faults.append(error.at(draft.file, draft.number))
            return False

    return _kept(drafts, holds, "keep", steps)


def _changed(drafts: list[Draft], change: Callable[[str], str], name: str, steps: list[CleanFacts]) -> list[Draft]:
    new = [replace(draft, fields=mapped(change, draft.fields)) for draft in drafts]
    changed = [after for before, after in zip(drafts, new, strict=True) if before.fields != after.fields]
    count = len(drafts)
    steps.append(
        CleanFacts(name=name, rows_in=count, rows_out=count, changed=len(changed), examples=_examples(changed))
    )
    return new


def _examples(rows: Sequence[Placed]) -> tuple[Example, ...]:
    return tuple(Example(file=row.file, row=row.number, text=_short(row.text)) for row in rows[:_EXAMPLES])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
