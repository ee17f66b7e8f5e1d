"""Preference rows: what was asked, and the answer that was preferred beside the one that was not.

What was asked stands in `prompt`; or at the head of both conversations, as in TRL's implicit prompts; or in
`conversations` or `instruction`, as LLaMA-Factory has it; or in two transcripts, as in Anthropic's HH-RLHF.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ftspec.data import codes
from ftspec.data.conversation import holds_messages, in_turn, turns_of
from ftspec.data.faults import Unusable
from ftspec.data.fields import text_of
from ftspec.data.row import Turn

Turns = tuple[Turn, ...]

_SPEAKER = re.compile(r"(?:^|\n\n)(Human|Assistant):[ \n]?")
"""Who speaks in a transcript of HH-RLHF."""


def preference(fields: Mapping[str, Any]) -> Turns:
    """The turns of a row: what comes before, `chosen` and `rejected`. Raises `Unusable`."""
    chosen, rejected = _said(fields, "chosen"), _said(fields, "rejected")
    asked = _asked(fields)
    if _plain(chosen[:-1]) != _plain(rejected[:-1]) or not (asked or chosen[:-1]):
        raise _no_prompt(bool(asked), len(chosen) + len(rejected) == 2)
    before = _joined(asked, chosen[:-1])
    in_turn((*before, chosen[-1]))
    kept = (Turn(turn.role, turn.text, False, turn.extra) for turn in before)
    answers = zip(("chosen", "rejected"), (chosen[-1], rejected[-1]), strict=True)
    return (*kept, *(Turn(role, turn.text, True, turn.extra) for role, turn in answers))


def _no_prompt(has_prompt: bool, are_answers: bool) -> Unusable:
    if has_prompt:
        message = "goes on in two ways before the last answer: `chosen` and `rejected` differ in more than that"
        return Unusable(codes.BAD_CONVERSATION, message, "let them differ in their last message alone")
    same = "has no `prompt`, and `chosen` and `rejected` do not begin with the same messages"
    help = "write the messages before the answers as `prompt`"
    if are_answers:
        help = "write what was asked as `prompt`, or a template with the turns `prompt`, `chosen` and `rejected`"
    return Unusable(codes.BAD_CONVERSATION, same, help)


def _said(fields: Mapping[str, Any], name: str) -> Turns:
    """One side: an answer, or a conversation that ends in it."""
    value = fields.get(name)
    if isinstance(value, Mapping):
        turns = turns_of({name: [value]}, name)
    elif holds_messages(value):
        turns = turns_of(fields, name)
    else:
        text = text_of(fields, name)
        turns = _transcript(text) or (Turn("assistant", text, True),)
    if not turns:
        raise Unusable(codes.BAD_CONVERSATION, f"has no messages in `{name}`", "write at least the answer")
    if turns[-1].role != "assistant":
        message = f"has a `{name}` that ends with the {turns[-1].role}"
        raise Unusable(codes.BAD_CONVERSATION, message, "let it end with the answer of the assistant")
    return turns


def _asked(fields: Mapping[str, Any]) -> Turns:
    for name in ("prompt", "conversations", "messages"):
        if holds_messages(fields.get(name)):
            return turns_of(fields, name)
    if "prompt" in fields:
        text = text_of(fields, "prompt")
        return _transcript(text.removesuffix("\n\nAssistant:")) or (Turn("user", text, False),)
    if "instruction" in fields:
        parts = [text_of(fields, "instruction"), fields.get("input")]
        return (Turn("user", "\n\n".join(str(part) for part in parts if part), False),)
    return ()


def _transcript(text: str) -> Turns:
    """The turns of a transcript; none where the text is not one."""
    if not text.startswith("\n\nHuman:"):
        return ()
    _, *parts = _SPEAKER.split(text)
    roles = {"Human": "user", "Assistant": "assistant"}
    return tuple(
        Turn(roles[who], said.strip(), who == "Assistant") for who, said in zip(parts[::2], parts[1::2], strict=True)
    )


def _joined(asked: Turns, said: Turns) -> Turns:
    """What was asked and how it went on; a conversation that repeats what was asked has it once."""
    spoken = _plain(turn for turn in said if turn.role != "system")
    first = _plain(turn for turn in asked if turn.role != "system")
    if spoken[: len(first)] != first:
        return (*asked, *said)
    if any(turn.role == "system" for turn in said):
        return said
    return (*(turn for turn in asked if turn.role == "system"), *said)


def _plain(turns: Any) -> list[tuple[str, str, Any]]:
    return [(turn.role, turn.text, turn.extra) for turn in turns]
