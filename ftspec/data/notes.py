"""What there is to say about data that can be used, and what stops it as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftspec.data import codes
from ftspec.data.split import PARTS, stretches
from ftspec.text.diagnostic import Code, Diagnostic

if TYPE_CHECKING:
    from ftspec.data.pairs import Pair
    from ftspec.data.prepared import Prepared
    from ftspec.data.recipe import Recipe
    from ftspec.data.tokens import Measured
    from ftspec.plan.facts import DataFacts
    from ftspec.spec.spec import Spec

_TRAINING = frozenset({"prompt_completion", "chat", "preference", "unpaired", "text"})
"""Formats whose rows hold what the model learns to write."""


@dataclass(frozen=True, slots=True)
class Note:
    """A diagnostic by the path in the spec that it is about, so that it can be kept in a cache."""

    code: Code
    message: str
    help: str
    path: str

    def diagnostic(self, spec: Spec) -> Diagnostic:
        """The diagnostic at the path's place in a spec."""
        return Diagnostic(self.code, self.message, spec.place(self.path), self.help)


def to_record(note: Note) -> dict[str, Any]:
    """A note as JSON."""
    return {"code": note.code.id, "message": note.message, "help": note.help, "path": note.path}


def from_record(record: dict[str, Any]) -> Note:
    """The note that `to_record` wrote."""
    code = next(code for code in vars(codes).values() if isinstance(code, Code) and code.id == record["code"])
    return Note(code, record["message"], record["help"], record["path"])


def about_data(name: str, recipe: Recipe, prepared: Prepared, facts: DataFacts) -> list[Note]:
    """What stands against using these rows, and what is worth knowing."""
    if facts.rows == 0:
        return [_no_rows(name, facts)]
    found = _empty_parts(name, recipe, facts)
    if recipe.split is not None and recipe.split.stratify is not None:
        found += _missing_strata(name, recipe, prepared)
    return found


def _no_rows(name: str, facts: DataFacts) -> Note:
    if facts.rows_read == 0:
        return Note(codes.NO_ROWS, f"`{name}` has no rows", "check the files", f"data.{name}.source")
    worst = max(facts.steps, key=lambda step: step.rows_in - step.rows_out, default=None)
    blame = f": `{worst.name}` dropped {worst.rows_in - worst.rows_out} of them" if worst else ""
    message = f"no row of `{name}` is left of {facts.rows_read}{blame}"
    return Note(codes.NO_ROWS, message, "loosen the `clean` block", f"data.{name}.clean")


def _empty_parts(name: str, recipe: Recipe, facts: DataFacts) -> list[Note]:
    if recipe.split is None:
        return []
    shares = {part: high - low for part, low, high in stretches(recipe.split)}
    by_share = recipe.split.by is None
    return [
        Note(
            codes.EMPTY_SPLIT,
            f"the {part} part of `{name}` is empty: {facts.rows} rows are too few for a share of {shares[part]:.0%}"
            if by_share
            else f"the {part} part of `{name}` is empty",
            "add rows, or give the part a larger share",
            f"data.{name}.split",
        )
        for part in PARTS
        if facts.splits.get(part) == 0 and (shares[part] > 0 if by_share else part == "train")
    ]


def _missing_strata(name: str, recipe: Recipe, prepared: Prepared) -> list[Note]:
    assert recipe.split is not None and recipe.split.stratify is not None
    field = recipe.split.stratify
    values = {part: {str(row.fields[field]) for row in rows} for part, rows in prepared.parts.items()}
    every = sorted(set().union(*values.values()))
    found = []
    for part, low, high in stretches(recipe.split):
        missing = [value for value in every if value not in values[part]]
        if high > low and missing and values[part]:
            shown = ", ".join(f"`{value}`" for value in missing[:5]) + (" …" if len(missing) > 5 else "")
            message = f"the {part} part of `{name}` has no row with {field} {shown}"
            help = "add rows of it, or leave the value out with `keep`"
            found.append(Note(codes.MISSING_STRATUM, message, help, f"data.{name}.split.stratify"))
    return found


def about_tokens(pair: Pair, format: str, measured: Measured, max_length: int) -> list[Note]:
    """The trained-token contract on rows that a train learns from."""
    facts = measured.facts
    if not pair.trains or format not in _TRAINING or facts.rows == 0:
        return []
    path = f"train.{pair.train}.max_length"
    which = f"`{pair.data}.{pair.part}`" if pair.part != "all" else f"`{pair.data}`"
    if facts.trained_tokens == 0:
        return [_nothing_trains(which, pair, measured, max_length, path)]
    if not facts.end_trained:
        message = f"the chat template writes no end token after the answers of {which}: the model never learns to stop"
        help = "name a chat template that ends a turn with the model's end token: `chat_template` in the `model` block"
        return [Note(codes.END_NEVER_TRAINED, message, help, f"model.{pair.model}")]
    if not measured.cut:
        return []
    count = len(measured.cut)
    rows = ", ".join(measured.cut[:3]) + (f" and {count - 3} more" if count > 3 else "")
    message = f"{count} of {facts.rows} rows of {which} lose their whole answer at {max_length} tokens: {rows}"
    help = f"the longest row has {facts.longest} tokens: raise `max_length`, or drop long rows with `max_tokens`"
    return [Note(codes.ANSWERS_CUT, message, help, path)]


def _nothing_trains(which: str, pair: Pair, measured: Measured, max_length: int, path: str) -> Note:
    if measured.cut:
        message = f"no token of {which} trains: every answer lies beyond {max_length} tokens"
        help = f"the longest row has {measured.facts.longest} tokens: raise `max_length`"
        return Note(codes.NOTHING_TRAINS, message, help, path)
    help = "mark the turns that train: `train = [assistant]` in the template"
    message = f"no token of {which} trains: no turn is trained"
    return Note(codes.NOTHING_TRAINS, message, help, f"data.{pair.data}.template")
