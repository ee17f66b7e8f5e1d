"""Rows as marked text: what a chat template makes of their turns, and where the answers begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftspec.data import codes
from ftspec.data.faults import Fault, Unusable
from ftspec.data.row import Row, Turn
from ftspec.model.chat import ChatTemplate, TemplateFault
from ftspec.model.marks import Marks, unmarked

if TYPE_CHECKING:
    from ftspec.model.tokenizer import Tokenizer

Messages = list[dict[str, Any]]


def branches(row: Row) -> tuple[tuple[Turn, ...], ...]:
    """The conversations of a row: itself; one that ends in the chosen and one in the rejected answer."""
    roles = [turn.role for turn in row.turns]
    if "chosen" not in roles or "rejected" not in roles:
        return (row.turns,)
    before = tuple(_in_chat(turn) for turn in row.turns if turn.role not in ("chosen", "rejected"))
    return tuple((*before, _in_chat(turn)) for turn in row.turns if turn.role in ("chosen", "rejected"))


_IN_CHAT = {"prompt": "user", "chosen": "assistant", "rejected": "assistant"}
"""The roles of preference data, as chat templates know them."""


def _in_chat(turn: Turn) -> Turn:
    return Turn(_IN_CHAT.get(turn.role, turn.role), turn.text, turn.trains, turn.extra)


class Draft(NamedTuple):
    """A rendered conversation: marked text, and the characters (of the text without marks) where answers begin."""

    text: str
    starts: tuple[int, ...]
    is_text: bool = False


def drafted(row: Row, turns: tuple[Turn, ...], tokenizer: Tokenizer) -> Draft | Fault:
    try:
        return _draft(row, turns, tokenizer)
    except Unusable as error:
        return error.at(row.file, row.number)


def _draft(row: Row, turns: tuple[Turn, ...], tokenizer: Tokenizer) -> Draft:
    answers = [index for index, turn in enumerate(turns) if turn.trains]
    if all(turn.role == "text" for turn in turns):
        marked = "\n".join(tokenizer.marks.value(turn.text) for turn in turns)
        return Draft(marked, (0,) if answers else (), is_text=True)
    template = _template(row, tokenizer)
    messages, tools = _messages(turns, tokenizer), tokenizer.marks.values(row.tools)
    text = _rendered(template, messages, tools, generation_prompt=not answers)
    _check_said(text, messages)
    _check_called(text, template, messages, tools, generation_prompt=not answers)
    return Draft(text, tuple([_start(text, template, messages[:index], tools) for index in answers]))


def _template(row: Row, tokenizer: Tokenizer) -> ChatTemplate:
    if row.tools and tokenizer.tool_template is not None:
        return tokenizer.tool_template
    if tokenizer.chat_template is not None:
        return tokenizer.chat_template
    return tokenizer.bare if row.bare else tokenizer.plain


def _messages(turns: Sequence[Turn], tokenizer: Tokenizer) -> Messages:
    return [_message(turn, tokenizer.marks, turn.role == "assistant") for turn in turns]


def _message(turn: Turn, marks: Marks, spoken_by_model: bool) -> dict[str, Any]:
    message = {key: marks.values(value, spoken_by_model) for key, value in turn.extra.items()} if turn.extra else {}
    message["role"] = turn.role
    message["content"] = marks.value(turn.text, spoken_by_model)
    return message


def _rendered(template: ChatTemplate, messages: Messages, tools: Sequence[Any], generation_prompt: bool) -> str:
    try:
        return template.render(messages, tools, generation_prompt)
    except TemplateFault as fault:
        message = f"is refused by the model's chat template: {fault}"
        help = "write turns that the model knows, or put another template in its place with `chat_template`"
        raise Unusable(codes.REFUSED_BY_TEMPLATE, message, help) from fault


def _check_said(text: str, messages: Messages) -> None:
    """Refuse templates that leave out what is said, such as those that wait for lists of images and texts."""
    for message in messages:
        said = message["content"].strip()[-24:]
        if said and message["role"] in ("user", "assistant") and said.lstrip() not in text:
            what = f"has a message of the {message['role']} that the model's chat template leaves out"
            help = "put a template for text in its place: `chat_template` in the `model` block"
            raise Unusable(codes.REFUSED_BY_TEMPLATE, what, help)


def _check_called(
    text: str, template: ChatTemplate, messages: Messages, tools: Sequence[Any], generation_prompt: bool
) -> None:
    """Refuse templates that know no tool calls: without them the text would be the same."""
    if not any(message.get("tool_calls") for message in messages):
        return
    without = [{key: value for key, value in each.items() if key != "tool_calls"} for each in messages]
    try:
        same = template.render(without, tools, generation_prompt) == text
    except TemplateFault:
        same = False
    if same:
        what = "has a tool call that the model's chat template leaves out"
        help = "put a template that writes tool calls in its place: `chat_template` in the `model` block"
        raise Unusable(codes.REFUSED_BY_TEMPLATE, what, help)


def writes_tools(row: Row, tokenizer: Tokenizer) -> bool:
    """Whether the chat template says anywhere what tools there are: without them the text would be another."""
    turns, tools = branches(row)[0], tokenizer.marks.values(row.tools)
    template, messages = _template(row, tokenizer), _messages(turns, tokenizer)
    return template.render(messages, tools) != template.render(messages)


def _start(text: str, template: ChatTemplate, before: Messages, tools: Sequence[Any]) -> int:
    """The character where an answer begins: the whole text must go on where the generation prompt ends."""
    prompt = _rendered(template, before, tools, generation_prompt=True) if before else ""
    if not text.startswith(prompt):
        raise differing(text, prompt)
    return len(unmarked(prompt))


def differing(text: str, prompt: str) -> Unusable:
    """The error for a template that writes a prompt differently for training and for generation."""
    at = next((i for i, (a, b) in enumerate(zip(text, prompt, strict=False)) if a != b), min(len(text), len(prompt)))
    low = max(0, at - 20)
    return Unusable(
        codes.PREFIX_DIFFERS,
        "is written differently by the chat template for training and for generation",
        "put a template in its place that writes both alike: `chat_template` in the `model` block",
        f"training has {text[low : at + 40]!r}, generation has {prompt[low : at + 40]!r}",
    )


def prompt_text(row: Row, tokenizer: Tokenizer) -> tuple[str, bool]:
    """The marked text of a row's prompt, and whether it is plain text."""
    turns = branches(row)[0]
    last = next((i for i in reversed(range(len(turns))) if turns[i].trains), len(turns))
    before = turns[:last]
    if all(turn.role == "text" for turn in turns):
        return "\n".join(tokenizer.marks.value(turn.text) for turn in before), True
    messages, tools = _messages(before, tokenizer), tokenizer.marks.values(row.tools)
    return _rendered(_template(row, tokenizer), messages, tools, generation_prompt=True), False
