"""What there is to say about data that can be used, and what stops it as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftspec.data import codes
from ftspec.data.answers import about_answers, one_answer
from ftspec.data.contradictions import contradictory_labels, labels_of
from ftspec.data.note import Note
from ftspec.data.questions import about_questions
from ftspec.data.shares import missed_shares
from ftspec.data.split import PARTS, stretches
from ftspec.kinds.verdicts import verdict

if TYPE_CHECKING:
    from ftspec.data.pairs import Pair
    from ftspec.data.prepared import Prepared
    from ftspec.data.recipe import Recipe
    from ftspec.data.row import Row
    from ftspec.data.tokens import Measured
    from ftspec.plan.facts import DataFacts

_TRAINING = frozenset({"prompt_completion", "chat", "preference", "unpaired", "text"})
"""Formats whose rows hold what the model learns to write."""

FEW = 50
"""Fewer training rows than this teach hardly more than a prompt with examples would."""

_LABEL = 80
"""Characters of the longest answer that counts as a label."""

_SMALL_SHARE = 0.005
"""Fewer trained tokens than this among all make training mostly reading."""


def about_data(name: str, recipe: Recipe, prepared: Prepared, facts: DataFacts) -> list[Note]:
    """What stands against using these rows, and what is worth knowing."""
    if facts.rows == 0:
        return [_no_rows(name, facts)]
    found = _empty_parts(name, recipe, facts)
    if recipe.split is not None:
        found += missed_shares(name, recipe.split, prepared, facts)
        found += _missing_values(name, recipe, prepared)
    return (
        found
        + _idle_augment(name, recipe, prepared)
        + about_questions(name, prepared)
        + about_answers(name, prepared)
        + contradictory_labels(name, prepared)
    )


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
            f"the {part} part of `{name}` is empty: {_why_empty(facts.rows, shares[part], recipe)}"
            if by_share
            else f"the {part} part of `{name}` is empty",
            "add rows, or give the part a larger share",
            f"data.{name}.split",
        )
        for part in PARTS
        if facts.splits.get(part) == 0 and (shares[part] > 0 if by_share else part == "train")
    ]


def _why_empty(rows: int, share: float, recipe: Recipe) -> str:
    if rows * share < 5:
        return f"{rows} rows are too few for a share of {share:.0%}"
    if recipe.split is not None and recipe.split.group is not None:
        return f"there are too few values of `{recipe.split.group}` for a share of {share:.0%}"
    return f"of {rows} rows a share of {share:.0%} came out empty, because rows like each other stay in one part"


def _idle_augment(name: str, recipe: Recipe, prepared: Prepared) -> list[Note]:
    """An `augment` block beside rows in which nobody asks anything."""
    from ftspec.data.augment import may_change

    rows = (row for part in prepared.parts.values() for row in part)
    if recipe.augment is None or any(may_change(turn) for row in rows for turn in row.turns):
        return []
    message = f"`augment` changes what is asked, and the rows of `{name}` ask nothing: all of their text trains"
    return [Note(codes.IDLE_AUGMENT, message, "leave the block out, or give the rows a prompt", f"data.{name}.augment")]


def _missing_values(name: str, recipe: Recipe, prepared: Prepared) -> list[Note]:
    """Parts without a row of some label, or of some value of the field that the split is stratified by."""
    assert recipe.split is not None
    field = recipe.split.stratify
    if field is not None:
        values = {part: {str(row.fields[field]) for row in rows} for part, rows in prepared.parts.items()}
    elif prepared.format == "unpaired":
        field = "label"
        values = {part: {_verdict(row) for row in rows} - {""} for part, rows in prepared.parts.items()}
    else:
        values = labels_of(prepared)
    every = sorted(set().union(*values.values()))
    found = []
    for part in PARTS:
        missing = [value for value in every if value not in values.get(part, set())]
        if missing and values.get(part):
            shown = ", ".join(f"`{value}`" for value in missing[:5]) + (" …" if len(missing) > 5 else "")
            message = f"the {part} part of `{name}` has no row with {field or 'the answer'} {shown}"
            help = "add rows of it, or leave the value out with `keep`"
            found.append(Note(codes.MISSING_STRATUM, message, help, f"data.{name}.split"))
    return found


def _verdict(row: Row) -> str:
    found = verdict(row.fields.get("label"))
    return "" if found is None else str(found).lower()


def about_tokens(
    pair: Pair, prepared: Prepared, measured: Measured, max_length: int, has_chat_template: bool
) -> list[Note]:
    """The trained-token contract on rows that a train learns from, and advice about their tokens."""
    facts = measured.facts
    if not pair.trains or prepared.format not in _TRAINING or facts.rows == 0:
        return []
    which = pair.title
    if facts.trained_tokens == 0:
        return [_nothing_trains(which, pair, measured, max_length, bool(prepared.template))]
    if not facts.end_trained:
        message = f"the chat template writes no end token after the answers of {which}: the model never learns to stop"
        help = "name a chat template that ends a turn with the model's end token: `chat_template` in the `model` block"
        return [Note(codes.END_NEVER_TRAINED, message, help, f"model.{pair.model}")]
    found = [_answers_cut(which, pair, measured, max_length)] if measured.cut else []
    return found + _advice(which, pair, prepared, measured, has_chat_template)


def _nothing_trains(which: str, pair: Pair, measured: Measured, max_length: int, from_template: bool) -> Note:
    if measured.cut:
        message = f"no token of {which} trains: every answer lies beyond {max_length} tokens"
        help = f"the longest row has {measured.facts.longest} tokens: raise `max_length`"
        return Note(codes.NOTHING_TRAINS, message, help, f"train.{pair.train}.max_length")
    help = "mark the turns that train: `train = [assistant]` in the template"
    help = help if from_template else "let an answer of each row train: all say `train: false` or `weight: 0`"
    message = f"no token of {which} trains: no turn is trained"
    return Note(codes.NOTHING_TRAINS, message, help, f"data.{pair.data}.template")


def _answers_cut(which: str, pair: Pair, measured: Measured, max_length: int) -> Note:
    count, facts = len(measured.cut), measured.facts
    rows = ", ".join(measured.cut[:3]) + (f" and {count - 3} more" if count > 3 else "")
    lose = "loses its" if count == 1 else "lose their"
    message = f"{count} of {facts.rows} rows {lose} whole answer at {max_length} tokens in {which}: {rows}"
    help = f"the longest row has {facts.longest} tokens: raise `max_length`, or drop long rows with `max_tokens`"
    return Note(codes.ANSWERS_CUT, message, help, f"train.{pair.train}.max_length")


def _advice(which: str, pair: Pair, prepared: Prepared, measured: Measured, has_chat_template: bool) -> list[Note]:
    facts, path = measured.facts, f"train.{pair.train}.data"
    found = []
    if facts.rows < FEW and prepared.format != "text":
        message = f"{which} has {facts.rows} rows, which teach hardly more than examples in a prompt do"
        found.append(Note(codes.FEW_ROWS, message, f"collect {FEW} rows or more", path))
    if prepared.format in ("prompt_completion", "chat"):
        said = one_answer(which, prepared.rows(pair.part), prepared.template)
        found += [Note(codes.ONE_ANSWER, said, "add rows with other answers", path)] if said else []
    if facts.trained_tokens < _SMALL_SHARE * facts.tokens:
        share = facts.trained_tokens / facts.tokens
        message = (
            f"{share:.1%} of the tokens of {which} train: the prompts are {1 / share:.0f} times as long as the answers"
        )
        found.append(Note(codes.LONG_PROMPTS, message, "shorten the prompts to what the answer needs", path))
    if prepared.format == "text" and has_chat_template:
        message = f"`{pair.model}` has a chat template, and {which} is bare text: training on it wears the chat away"
        help = "train its base model on text, or write the text as turns with a template"
        found.append(Note(codes.CHAT_MODEL_ON_TEXT, message, help, path))
    return found
