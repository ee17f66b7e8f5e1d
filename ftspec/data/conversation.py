"""Lists of messages: OpenAI's `role` and `content`, ShareGPT's `from` and `value`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise, takewhile
from typing import Any

from ftspec.data import codes
from ftspec.data.faults import Unusable
from ftspec.data.row import Turn
from ftspec.kinds.sources._json import NAMES

ROLES: Mapping[str, str] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "chatgpt": "assistant",
    "tool": "tool",
    "function": "tool",
    "observation": "tool",
    "function_call": "assistant",
}
"""What data calls a speaker, and what chat templates call it."""

_WORDS = {"role", "from", "content", "value", "train", "weight"}


def turns_of(fields: Mapping[str, Any], name: str) -> tuple[Turn, ...]:
    """The messages of one field as turns; the assistant's train. Raises `Unusable`."""
    value = _listed(fields.get(name))
    if not isinstance(value, Sequence) or isinstance(value, str):
        found = NAMES.get(type(value), "an object")
        raise Unusable(codes.WRONG_TYPE, f"has {found} in `{name}`, where a list of messages is due", _SHAPE)
    turns = [_turn(message, position) for position, message in enumerate(value, 1)]
    if name == "conversations" and isinstance(fields.get("system"), str) and fields["system"]:
        turns.insert(0, Turn("system", fields["system"], False))
    return tuple(turns)


def is_messages(value: Any) -> bool:
    """Whether a field holds messages, whatever it is called."""
    value = _listed(value)
    return isinstance(value, list) and bool(value) and all(_speaks(each) for each in value)


def holds_messages(value: Any) -> bool:
    """Whether a field is a list, or the JSON text of messages, as a CSV has it: any other text is text."""
    return isinstance(value, list) or (isinstance(value, str) and is_messages(value))


def _speaks(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("role", value.get("from")) in ROLES


def _listed(value: Any) -> Any:
    """A list of messages that a table holds as JSON text, as the list; anything else as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith("["):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


_SHAPE = 'write messages as {"role": "user", "content": "…"}'


def _turn(message: Any, position: int) -> Turn:
    if not isinstance(message, Mapping):
        raise Unusable(codes.WRONG_TYPE, f"has a message that is not an object, at position {position}", _SHAPE)
    spoken = message.get("role", message.get("from"))
    role = ROLES.get(spoken) if isinstance(spoken, str) else None
    if role is None:
        known = ", ".join(f"`{each}`" for each in ("system", "user", "assistant", "tool"))
        what = "without a role" if spoken is None else f"of the role `{spoken}`"
        raise Unusable(codes.BAD_CONVERSATION, f"has a message {what}", f"roles are {known}", f"message {position}")
    text = _content(message, position)
    extra = {key: item for key, item in message.items() if key not in _WORDS and item is not None}
    if spoken == "function_call" and "tool_calls" not in extra:
        calls = _written_calls(text)
        text, extra = ("", {**extra, "tool_calls": calls}) if calls else (text, extra)
    if "tool_calls" in extra:
        extra["tool_calls"] = _calls(extra["tool_calls"], position)
    return Turn(role, text, role == "assistant" and _trains(message), extra)


def _written_calls(text: str) -> list[dict[str, Any]]:
    """The calls that ShareGPT writes as the JSON text of a message, `{"name": …, "arguments": …}`, or several of them.

    A chat template then writes them as it does when it serves. Nothing where the text is written in another way.
    """
    try:
        value = json.loads(text)
    except ValueError:
        return []
    calls = value if isinstance(value, list) else [value]
    if not calls or not all(isinstance(call, Mapping) and isinstance(call.get("name"), str) for call in calls):
        return []
    return [{"type": "function", "function": {"arguments": {}, **call}} for call in calls]


def _calls(value: Any, position: int) -> list[Any]:
    """The calls of a message, which a table may hold as JSON text."""
    value = _read(value)
    if not isinstance(value, list):
        found = NAMES.get(type(value), "an object")
        what = f"has {found} in `tool_calls`, where a list is due"
        raise Unusable(codes.WRONG_TYPE, what, _CALL, f"message {position}")
    return [_call(_read(call), position) for call in value]


def _read(value: Any) -> Any:
    """JSON text as what it says; anything else as it is."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


_CALL = 'write calls as [{"type": "function", "function": {"name": "…", "arguments": {…}}}]'


def _call(call: Any, position: int) -> Any:
    """A tool call with its arguments as an object: OpenAI writes JSON text, and chat templates expect the object."""
    inner = call.get("function", call) if isinstance(call, Mapping) else None
    if not isinstance(inner, Mapping) or not isinstance(inner.get("name"), str):
        raise Unusable(codes.WRONG_TYPE, "has a tool call without the name of a function", _CALL, f"message {position}")
    if not isinstance(inner.get("arguments"), str):
        return call
    try:
        arguments = json.loads(inner["arguments"] or "{}")
    except ValueError as error:
        help = "write the arguments of a call as an object"
        raise Unusable(codes.WRONG_TYPE, "has a tool call whose arguments are not JSON", help) from error
    given = {**inner, "arguments": arguments}
    return given if inner is call else {**call, "function": given}


def _trains(message: Mapping[str, Any]) -> bool:
    """Whether the message asks to train: `train: false` and `weight: 0` say no."""
    return message.get("train", True) is not False and message.get("weight", 1) != 0


def _content(message: Mapping[str, Any], position: int) -> str:
    value = message.get("content", message.get("value"))
    match value:
        case str():
            return value
        case None if message.get("tool_calls"):
            return ""
        case list() if all(_is_text(part) for part in value):
            return "".join(part["text"] for part in value)
        case list():
            help = "leave out images and sounds: ftspec trains language models on text"
            raise Unusable(codes.WRONG_TYPE, "has content that is not text", help, f"message {position}")
        case None:
            raise Unusable(codes.MISSING_FIELD, "has a message without content", _SHAPE, f"message {position}")
        case _:
            found = NAMES.get(type(value), "an object")
            help = "write content as text"
            raise Unusable(codes.WRONG_TYPE, f"has {found} where a message's text is due", help, f"message {position}")


def _is_text(part: Any) -> bool:
    return isinstance(part, Mapping) and part.get("type") == "text" and isinstance(part.get("text"), str)


def checked(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """The same turns, if their order is one that a chat can have. Raises `Unusable`."""
    spoken = [turn for turn in in_turn(turns) if turn.role != "system"]
    if not any(turn.role == "assistant" for turn in spoken):
        help = "add the answer, or name `format = prompt` for rows that are prompts alone"
        raise Unusable(codes.BAD_CONVERSATION, "has no message of the assistant", help)
    return turns


def in_turn(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """The same turns, if those who speak take turns; who comes last is not looked at. Raises `Unusable`."""
    spoken = [turn for turn in turns if turn.role != "system"]
    if not spoken:
        raise Unusable(codes.BAD_CONVERSATION, "has no messages", "drop the row, or fill it in")
    if spoken[0].role != "user":
        message = f"starts with the {spoken[0].role}"
        raise Unusable(codes.BAD_CONVERSATION, message, "start with what the user says, after `system` if there is one")
    for before, after in pairwise(spoken):
        _check_pair(before, after)
    _check_results(spoken)
    return turns


def _check_pair(before: Turn, after: Turn) -> None:
    calls = bool(before.extra.get("tool_calls"))
    if before.role == "assistant" and calls and after.role != "tool":
        help = "follow each call by a message of the role `tool`"
        raise Unusable(codes.BAD_CONVERSATION, "has a tool call without its result", help)
    if after.role == "tool" and not (before.role == "tool" or calls or _may_call(before)):
        help = "precede it by an assistant's message with `tool_calls`"
        raise Unusable(codes.BAD_CONVERSATION, "has a tool's result that nothing called", help)
    if before.role == after.role and before.role != "tool":
        help = "join the two messages, or put back the one between them"
        raise Unusable(codes.BAD_CONVERSATION, f"has two messages of the {before.role} in a row", help)


def _check_results(spoken: Sequence[Turn]) -> None:
    """Where results say by `tool_call_id` which call they answer, each call that is gone past has its own."""
    for at, turn in enumerate(spoken):
        calls = turn.extra.get("tool_calls") or ()
        rest = spoken[at + 1 :]
        results = list(takewhile(lambda each: each.role == "tool", rest))
        asked = {call.get("id") for call in calls if call.get("id") is not None}
        given = {each.extra["tool_call_id"] for each in results if each.extra.get("tool_call_id") is not None}
        if not asked or len(given) < len(results) or not results:
            continue
        if strange := given - asked:
            message, help = "has a tool's result for a call that is not there", "give it the `id` of its call"
            raise Unusable(codes.BAD_CONVERSATION, message, help, _names(strange))
        if left := asked - given:
            message, help = "has a tool call without its result", "follow each call by a message of the role `tool`"
            raise Unusable(codes.BAD_CONVERSATION, message, help, _names(left))


def _names(ids: Iterable[Any]) -> str:
    return ", ".join(f"`{each}`" for each in sorted(map(str, ids)))


def _may_call(turn: Turn) -> bool:
    """Whether the assistant's words may themselves be the call, as in ShareGPT's `function_call`."""
    return turn.role == "assistant" and ("<tool_call>" in turn.text or turn.text.lstrip().startswith("{"))
