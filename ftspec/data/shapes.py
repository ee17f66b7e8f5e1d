"""The shapes that rows come in, recognised by their fields, and the turns they hold themselves.

The names are TRL's dataset formats (https://huggingface.co/docs/trl/dataset_formats); Alpaca and ShareGPT are the
two shapes that most public data has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ftspec.data import codes
from ftspec.data.conversation import checked, turns_of
from ftspec.data.faults import Unusable
from ftspec.data.row import Turn
from ftspec.kinds.sources._json import NAMES

Fields = Mapping[str, Any]

_MEND = "fill it in, or drop such rows: `clean { drop_missing = true }`"


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


def text_of(fields: Fields, name: str) -> str:
    """A field that must be text. Raises `Unusable`."""
    value = fields.get(name)
    if isinstance(value, str):
        return value
    if value is None:
        what = f"has null in `{name}`" if name in fields else f"has no field `{name}`"
        have = ", ".join(f"`{each}`" for each in fields) or "no fields"
        raise Unusable(codes.MISSING_FIELD, what, _MEND, f"it has {have}")
    found = NAMES.get(type(value), "an object")
    raise Unusable(codes.WRONG_TYPE, f"has {found} in `{name}`, where text is due", f'write it as text: "{value}"')


def _messages(fields: Fields) -> tuple[Turn, ...]:
    return checked(turns_of(fields, "messages"))


def _sharegpt(fields: Fields) -> tuple[Turn, ...]:
    return checked(turns_of(fields, "conversations"))


def _part(fields: Fields, name: str, role: str, trains: bool) -> tuple[Turn, ...]:
    """One field as turns: a text, or a list of messages."""
    if isinstance(fields.get(name), list):
        return tuple(Turn(t.role, t.text, trains and t.role == "assistant", t.extra) for t in turns_of(fields, name))
    return (Turn(role, text_of(fields, name), trains),)


def _completion(fields: Fields) -> tuple[Turn, ...]:
    return _part(fields, "prompt", "user", False) + _part(fields, "completion", "assistant", True)


def _prompt(fields: Fields) -> tuple[Turn, ...]:
    return _part(fields, "prompt", "user", False)


def _prompt_only(fields: Fields) -> tuple[Turn, ...]:
    turns = turns_of(fields, "messages")
    return tuple(Turn(t.role, t.text, False, t.extra) for t in turns)


def _text(fields: Fields) -> tuple[Turn, ...]:
    return (Turn("text", text_of(fields, "text"), True),)


def _labelled(fields: Fields) -> tuple[Turn, ...]:
    if fields.get("label") is None:
        raise Unusable(codes.MISSING_FIELD, "has no label", _MEND)
    return (Turn("text", text_of(fields, "text"), False),)


def _preference(fields: Fields) -> tuple[Turn, ...]:
    chosen, rejected = _answer(fields, "chosen"), _answer(fields, "rejected")
    if "prompt" in fields:
        return (*_prompt(fields), Turn("chosen", chosen[-1].text, True), Turn("rejected", rejected[-1].text, True))
    if chosen[:-1] != rejected[:-1] or len(chosen) < 2:
        raise Unusable(
            codes.BAD_CONVERSATION,
            "has no `prompt`, and `chosen` and `rejected` do not begin with the same messages",
            "write the messages before the answers as `prompt`",
        )
    before = tuple(Turn(turn.role, turn.text, False, turn.extra) for turn in chosen[:-1])
    return (*before, Turn("chosen", chosen[-1].text, True), Turn("rejected", rejected[-1].text, True))


def _answer(fields: Fields, name: str) -> tuple[Turn, ...]:
    turns = _part(fields, name, name, True)
    if not turns:
        raise Unusable(codes.BAD_CONVERSATION, f"has no messages in `{name}`", "write at least the answer")
    return turns


SHAPES: tuple[Shape, ...] = (
    Shape("preference", "preference", ("chosen", "rejected"), _preference),
    Shape("unpaired messages", "unpaired", ("messages", "label"), _messages),
    Shape("unpaired", "unpaired", ("prompt", "completion", "label"), _completion, bare=True),
    Shape("messages", "chat", ("messages",), _messages),
    Shape("sharegpt", "chat", ("conversations",), _sharegpt, is_foreign=True),
    Shape("prompt_completion", "prompt_completion", ("prompt", "completion"), _completion, bare=True),
    Shape("alpaca", "prompt_completion", ("instruction", "output"), is_foreign=True),
    Shape("labels", "labels", ("text", "label"), _labelled),
    Shape("text", "text", ("text",), _text),
    Shape("prompt", "prompt", ("prompt",), _prompt, bare=True),
)
"""Every shape, the more particular ones first."""

PROMPT_MESSAGES = Shape("prompt messages", "prompt", ("messages",), _prompt_only)


def recognised(rows: Sequence[Fields], format: str | None) -> Shape | None:
    """The shape that the rows have, within a named format if there is one; None where no shape fits.

    Every row of a sample is looked at, and the shape that fits most of them is theirs: the others are then
    reported one by one, rather than the whole set for one odd row.
    """
    fitting = [shape for shape in (*SHAPES, PROMPT_MESSAGES) if format in (None, shape.format)]
    if format is None:
        fitting.remove(PROMPT_MESSAGES)
    sample = rows[:1000]
    counts = {shape: sum(all(name in row for name in shape.needs) for row in sample) for shape in fitting}
    best = max(counts, key=lambda shape: counts[shape], default=None)
    return best if best is not None and counts[best] else None
