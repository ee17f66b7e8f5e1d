"""The shapes that rows come in, recognised by their fields, and the turns they hold themselves.

The names are TRL's dataset formats (https://huggingface.co/docs/trl/dataset_formats); Alpaca and ShareGPT are the
two shapes that most public data has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ftspec.data import codes
from ftspec.data.conversation import checked, holds_messages, in_turn, turns_of
from ftspec.data.faults import Unusable
from ftspec.data.fields import MEND, text_of
from ftspec.data.preferences import preference
from ftspec.data.row import Turn
from ftspec.kinds.labels import label_of

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape of rows."""

    name: str
    format: str
    needs: tuple[str, ...]
    """Fields that every such row has."""

    turns: Callable[[Fields], tuple[Turn, ...]] | None = None
    """The turns of a row; None where a template of the library renders it."""

    bare: bool = False
    """Whether its turns are plain strings, that a model without chat template reads one after the other."""

    is_foreign: bool = False
    """Whether it is not one of TRL's own formats."""

    @property
    def source(self) -> str:
        """For the plan: where the turns come from."""
        return f"recognised: {self.name}" if self.is_foreign else "rows"


def _messages(fields: Fields) -> tuple[Turn, ...]:
    return checked(turns_of(fields, "messages"))


def _judged(fields: Fields) -> tuple[Turn, ...]:
    """A conversation whose last answer was found good or bad: what was said before is not judged."""
    name = "messages" if "messages" in fields else "conversations"
    turns = checked(turns_of(fields, name))
    last = max(place for place, turn in enumerate(turns) if turn.role == "assistant")
    if any(turn.role != "assistant" for turn in turns[last + 1 :]):
        message = f"ends with the {turns[-1].role}, and not with the answer that its label is about"
        raise Unusable(codes.BAD_CONVERSATION, message, "let it end with the answer of the assistant")
    return tuple(Turn(t.role, t.text, t.trains and place == last, t.extra) for place, t in enumerate(turns))


def _sharegpt(fields: Fields) -> tuple[Turn, ...]:
    return checked(turns_of(fields, "conversations"))


def _part(fields: Fields, name: str, role: str, trains: bool) -> tuple[Turn, ...]:
    """One field as turns: a text, or a list of messages."""
    if holds_messages(fields.get(name)):
        return tuple(Turn(t.role, t.text, trains and t.role == "assistant", t.extra) for t in turns_of(fields, name))
    return (Turn(role, text_of(fields, name), trains),)


def _completion(fields: Fields) -> tuple[Turn, ...]:
    return in_turn(_part(fields, "prompt", "user", False) + _part(fields, "completion", "assistant", True))


def _prompt(fields: Fields) -> tuple[Turn, ...]:
    return in_turn(_part(fields, "prompt", "user", False))


def _prompt_only(fields: Fields) -> tuple[Turn, ...]:
    turns = turns_of(fields, "messages")
    return in_turn(tuple(Turn(t.role, t.text, False, t.extra) for t in turns))


def _text(fields: Fields) -> tuple[Turn, ...]:
    return (Turn("text", text_of(fields, "text"), True),)


def _alpaca_dialogue(fields: Fields) -> tuple[Turn, ...]:
    """Alpaca as LLaMA-Factory has it: earlier questions and answers stand in `history`."""
    asked = "\n\n".join(part for name in ("instruction", "input") if (part := _text_or_nothing(fields, name)))
    system = _text_or_nothing(fields, "system")
    turns = [Turn("system", system, False)] if system else []
    for pair in fields.get("history") or ():
        if not isinstance(pair, list | tuple) or len(pair) != 2 or not all(isinstance(each, str) for each in pair):
            help = 'write it as [["question", "answer"], …]'
            raise Unusable(codes.WRONG_TYPE, "has a `history` that is not pairs of question and answer", help)
        turns += [Turn("user", pair[0], False), Turn("assistant", pair[1], True)]
    return (*turns, Turn("user", asked, False), Turn("assistant", text_of(fields, "output"), True))


def _text_or_nothing(fields: Fields, name: str) -> str:
    return "" if fields.get(name) is None else text_of(fields, name)


def _labelled(fields: Fields) -> tuple[Turn, ...]:
    if label_of(fields) is None:
        raise Unusable(codes.MISSING_FIELD, "has no label", MEND)
    return (Turn("text", text_of(fields, "text"), False),)


SHAPES: tuple[Shape, ...] = (
    Shape("preference", "preference", ("chosen", "rejected"), preference),
    Shape("unpaired messages", "unpaired", ("messages", "label"), _judged),
    Shape("unpaired", "unpaired", ("prompt", "completion", "label"), _completion, bare=True),
    Shape("unpaired sharegpt", "unpaired", ("conversations", "label"), _judged, is_foreign=True),
    Shape("messages", "chat", ("messages",), _messages),
    Shape("sharegpt", "chat", ("conversations",), _sharegpt, is_foreign=True),
    Shape("prompt_completion", "prompt_completion", ("prompt", "completion"), _completion, bare=True),
    Shape("alpaca dialogue", "chat", ("instruction", "output", "history"), _alpaca_dialogue, is_foreign=True),
    Shape("alpaca", "prompt_completion", ("instruction", "output"), is_foreign=True),
    Shape("labels", "labels", ("text", "label"), _labelled),
    Shape("several labels", "labels", ("text", "labels"), _labelled),
    Shape("text", "text", ("text",), _text),
    Shape("prompt", "prompt", ("prompt",), _prompt, bare=True),
)
"""Every shape, the more particular ones first."""

PROMPT_MESSAGES = Shape("prompt messages", "prompt", ("messages",), _prompt_only)


def recognised(rows: Sequence[Fields], format: str | None) -> Shape | None:
    """The shape that the rows have, within a named format if there is one; None where no shape fits.

    Every row of a sample is looked at, and the shape that fits most of them is theirs: the others are then
    reported one by one, rather than the whole set for one odd row. Where most of those rows have more fields, which
    make a more particular shape, it is that one: a prompt that lacks its completion makes no prompts of all others.
    """
    fitting = [shape for shape in (*SHAPES, PROMPT_MESSAGES) if format in (None, shape.format)]
    if format is None:
        fitting.remove(PROMPT_MESSAGES)
    sample = rows[:1000]
    counts = {shape: sum(all(name in row for name in shape.needs) for row in sample) for shape in fitting}
    best = max(counts, key=lambda shape: counts[shape], default=None)
    if best is None or not counts[best]:
        return None
    closer = [shape for shape in fitting if set(shape.needs) > set(best.needs) and 2 * counts[shape] > counts[best]]
    return max(closer, key=lambda shape: (len(shape.needs), counts[shape]), default=best)
