"""Rows that bring their own turns: recognised shapes, and what is wrong with conversations."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ftspec.data.conversation import checked, turns_of
from ftspec.data.faults import Unusable
from ftspec.data.shapes import recognised
from tests.data.specs import codes, messages, surveyed, write_rows

CHAT = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
SHAPES: dict[str, tuple[dict[str, Any], str, str, list[tuple[str, str, bool]]]] = {
    "messages": ({"messages": CHAT}, "chat", "rows", [("user", "Hi", False), ("assistant", "Hello", True)]),
    "sharegpt": (
        {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}], "system": "S"},
        "chat",
        "rows",
        [("system", "S", False), ("user", "Hi", False), ("assistant", "Hello", True)],
    ),
    "prompt_completion": (
        {"prompt": "Hi", "completion": "Hello"},
        "prompt_completion",
        "rows",
        [("user", "Hi", False), ("assistant", "Hello", True)],
    ),
    "conversational prompt": (
        {"prompt": CHAT[:1], "completion": CHAT[1:]},
        "prompt_completion",
        "rows",
        [("user", "Hi", False), ("assistant", "Hello", True)],
    ),
    "alpaca": (
        {"instruction": "Add", "input": "1 2", "output": "3"},
        "prompt_completion",
        "recognised: alpaca",
        [("user", "Add\n\n1 2", False), ("assistant", "3", True)],
    ),
    "alpaca without input": (
        {"instruction": "Add", "input": "", "output": "3"},
        "prompt_completion",
        "recognised: alpaca",
        [("user", "Add", False), ("assistant", "3", True)],
    ),
    "preference": (
        {"prompt": "Why?", "chosen": "So.", "rejected": "No."},
        "preference",
        "rows",
        [("user", "Why?", False), ("chosen", "So.", True), ("rejected", "No.", True)],
    ),
    "implicit prompt": (
        {"chosen": CHAT, "rejected": [CHAT[0], {"role": "assistant", "content": "Go away"}]},
        "preference",
        "rows",
        [("user", "Hi", False), ("chosen", "Hello", True), ("rejected", "Go away", True)],
    ),
    "preference between calls": (
        {"prompt": CHAT[:1], "chosen": [{"role": "assistant", "tool_calls": [{"name": "f"}]}], "rejected": "No."},
        "preference",
        "rows",
        [("user", "Hi", False), ("chosen", "", True), ("rejected", "No.", True)],
    ),
    "prompt said again": (
        {"prompt": "Hi", "chosen": CHAT, "rejected": [CHAT[0], {"role": "assistant", "content": "Go away"}]},
        "preference",
        "rows",
        [("user", "Hi", False), ("chosen", "Hello", True), ("rejected", "Go away", True)],
    ),
    "prompt that goes on": (
        {
            "prompt": [{"role": "system", "content": "S"}, CHAT[0]],
            "chosen": [*CHAT, {"role": "user", "content": "Well?"}, {"role": "assistant", "content": "Fine"}],
            "rejected": [*CHAT, {"role": "user", "content": "Well?"}, {"role": "assistant", "content": "Bad"}],
        },
        "preference",
        "rows",
        [
            ("system", "S", False),
            ("user", "Hi", False),
            ("assistant", "Hello", False),
            ("user", "Well?", False),
            ("chosen", "Fine", True),
            ("rejected", "Bad", True),
        ],
    ),
    "prompt beside the rest": (
        {
            "prompt": CHAT[:1],
            "chosen": [CHAT[1], {"role": "user", "content": "Well?"}, {"role": "assistant", "content": "Fine"}],
            "rejected": [CHAT[1], {"role": "user", "content": "Well?"}, {"role": "assistant", "content": "Bad"}],
        },
        "preference",
        "rows",
        [
            ("user", "Hi", False),
            ("assistant", "Hello", False),
            ("user", "Well?", False),
            ("chosen", "Fine", True),
            ("rejected", "Bad", True),
        ],
    ),
    "preference as LLaMA-Factory has it": (
        {
            "conversations": [{"from": "human", "value": "Hi"}],
            "chosen": {"from": "gpt", "value": "Hello"},
            "rejected": {"from": "gpt", "value": "Go away"},
        },
        "preference",
        "rows",
        [("user", "Hi", False), ("chosen", "Hello", True), ("rejected", "Go away", True)],
    ),
    "preference of the Alpaca shape": (
        {"instruction": "Add", "input": "1 2", "chosen": "3", "rejected": "4"},
        "preference",
        "rows",
        [("user", "Add\n\n1 2", False), ("chosen", "3", True), ("rejected", "4", True)],
    ),
    "transcripts": (
        {
            "chosen": "\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: So: what?\n\nAssistant: Fine.\n\nIt is.",
            "rejected": "\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: So: what?\n\nAssistant: Bad",
        },
        "preference",
        "rows",
        [
            ("user", "Hi", False),
            ("assistant", "Hello", False),
            ("user", "So: what?", False),
            ("chosen", "Fine.\n\nIt is.", True),
            ("rejected", "Bad", True),
        ],
    ),
    "alpaca dialogue": (
        {"instruction": "Add", "input": None, "output": "3", "system": "S", "history": [["Hi", "Hello"]]},
        "chat",
        "recognised: alpaca dialogue",
        [
            ("system", "S", False),
            ("user", "Hi", False),
            ("assistant", "Hello", True),
            ("user", "Add", False),
            ("assistant", "3", True),
        ],
    ),
    "alpaca with a system prompt": (
        {"instruction": "Add", "output": "3", "system": "S"},
        "prompt_completion",
        "recognised: alpaca",
        [("system", "S", False), ("user", "Add", False), ("assistant", "3", True)],
    ),
    "unpaired": (
        {"prompt": "Hi", "completion": "Hello", "label": True},
        "unpaired",
        "rows",
        [("user", "Hi", False), ("assistant", "Hello", True)],
    ),
    "unpaired messages": (
        {"messages": CHAT, "label": False},
        "unpaired",
        "rows",
        [("user", "Hi", False), ("assistant", "Hello", True)],
    ),
    "unpaired dialogue": (
        {"messages": [*CHAT, *CHAT], "label": 1},
        "unpaired",
        "rows",
        [("user", "Hi", False), ("assistant", "Hello", False), ("user", "Hi", False), ("assistant", "Hello", True)],
    ),
    "text": ({"text": "A river."}, "text", "rows", [("text", "A river.", True)]),
    "labels": ({"text": "A river.", "label": "nature"}, "labels", "rows", [("text", "A river.", False)]),
    "several labels": ({"text": "A river.", "labels": ["wet"]}, "labels", "rows", [("text", "A river.", False)]),
    "prompt": ({"prompt": "Why?"}, "prompt", "rows", [("user", "Why?", False)]),
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_are_recognised(name: str, tmp_path: Path) -> None:
    from ftspec.data.showing import data_sets
    from tests.data.specs import spec_of

    fields, format, source, turns = SHAPES[name]
    write_rows(tmp_path / "rows.jsonl", [fields])
    spec = spec_of(tmp_path, 'data rows {\n  source = jsonl("rows.jsonl")\n}\n')
    prepared = data_sets(spec)["rows"].prepared
    assert prepared.format == format and prepared.recognised
    assert prepared.template_source == ("recognised: sharegpt" if name == "sharegpt" else source)
    [row] = prepared.rows("all")
    assert [(turn.role, turn.text, turn.trains) for turn in row.turns] == turns


def test_a_named_format_is_kept(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [{"messages": CHAT[:1]}])
    data, _, _ = surveyed(tmp_path, 'data rows {\n  source = jsonl("rows.jsonl")\n  format = prompt\n}\n')
    assert data["rows"].format == "prompt" and not data["rows"].recognised
    _, _, problems = surveyed(tmp_path, 'data rows {\n  source = jsonl("rows.jsonl")\n  format = preference\n}\n')
    assert codes(problems) == ["FT334"] and "`format = preference` does not have" in problems[0].message


@pytest.mark.parametrize(
    ("fields", "help"),
    [
        ({"question": "a", "answer": "b"}, "of the library `template = …` may be `chat` or `few_shot`"),
        ({"conversation": CHAT}, "`conversation` holds messages: call the field `messages`"),
        ({"dialog": json.dumps(CHAT)}, "`dialog` holds messages"),
        ({"x": 1}, "write a `template` that says how a row becomes turns"),
    ],
)
def test_what_to_do_about_rows_of_no_known_shape(fields: dict[str, Any], help: str, tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [fields])
    _, _, problems = surveyed(tmp_path, 'data rows {\n  source = jsonl("rows.jsonl")\n}\n')
    assert codes(problems) == ["FT334"] and help in str(problems[0].help)


def test_rows_of_no_known_shape(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [{"x": 1, "y": 2}])
    _, _, problems = surveyed(tmp_path, 'data rows {\n  source = jsonl("rows.jsonl")\n}\n')
    assert codes(problems) == ["FT334"] and "`x`, `y`" in problems[0].message and "template" in str(problems[0].help)


def test_the_shape_that_most_rows_have_is_theirs(tmp_path: Path) -> None:
    rows = [{"prompt": "a", "completion": "b"}] * 3 + [{"text": "c"}]
    write_rows(tmp_path / "rows.jsonl", rows)
    _, _, problems = surveyed(tmp_path, 'data rows {\n  source = jsonl("rows.jsonl")\n}\n')
    assert messages(problems) == "rows.jsonl row 4 has no field `prompt`; it has `text`"
    assert recognised([], None) is None


def test_a_row_that_lacks_a_field_does_not_change_what_the_others_are(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"prompt": f"a{n}", "completion": "b"} for n in range(9)]
    write_rows(tmp_path / "rows.jsonl", [*rows, {"prompt": "c"}])
    _, _, problems = surveyed(tmp_path, 'data rows {\n  source = jsonl("rows.jsonl")\n}\n')
    assert messages(problems) == "rows.jsonl row 10 has no field `completion`; it has `prompt`"
    for more, format in (({"completion": "b"}, "prompt"), ({"completion": "b", "label": True}, "prompt")):
        found = recognised([{"prompt": "a"}] * 6 + [{"prompt": "a", **more}] * 4, None)
        assert found is not None and found.format == format
    found = recognised([{"text": "a"}] * 6 + [{"prompt": "a", "completion": "b"}] * 4, None)
    assert found is not None and found.format == "text"


def said(*roles: str) -> tuple[dict[str, str], ...]:
    return tuple({"role": role, "content": "x"} for role in roles)


CALL = {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": '{"a": 1}'}}]}


def calls(*ids: str) -> dict[str, Any]:
    return {"role": "assistant", "tool_calls": [{"id": id, "function": {"name": "f", "arguments": {}}} for id in ids]}


def result(id: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": id, "content": "x"}


FAULTY: dict[str, tuple[Any, str]] = {
    "no list": ("Hi", "has a text in `messages`, where a list of messages is due"),
    "no object": (["Hi"], "has a message that is not an object, at position 1"),
    "no role": ([{"content": "x"}], "has a message without a role"),
    "other role": (said("user", "narrator"), "has a message of the role `narrator`"),
    "no content": ([{"role": "user"}], "has a message without content"),
    "null content": ([{"role": "user", "content": None}], "has a message without content"),
    "number": ([{"role": "user", "content": 7}], "has a number where a message's text is due"),
    "image": ([{"role": "user", "content": [{"type": "image", "url": "x"}]}], "has content that is not text"),
    "empty": ([], "has no messages"),
    "system alone": (said("system"), "has no messages"),
    "assistant first": (said("assistant", "user"), "starts with the assistant"),
    "assistant after system": (said("system", "assistant"), "starts with the assistant"),
    "two users": (said("user", "user", "assistant"), "has two messages of the user in a row"),
    "two answers": (said("user", "assistant", "assistant"), "has two messages of the assistant in a row"),
    "no answer": (said("user"), "has no message of the assistant"),
    "call without result": ([*said("user"), CALL, *said("user")], "has a tool call without its result"),
    "call as text": ([*said("user"), CALL | {"tool_calls": "f()"}], "has a text in `tool_calls`, where a list is due"),
    "call without a name": (
        [*said("user"), CALL | {"tool_calls": [{"function": "f"}]}],
        "has a tool call without the name of a function",
    ),
    "one of two results": ([*said("user"), calls("1", "2"), result("1")], "has a tool call without its result"),
    "result of another call": (
        [*said("user"), calls("1"), result("2")],
        "has a tool's result for a call that is not there",
    ),
    "result without call": (said("user", "tool", "assistant"), "has a tool's result that nothing called"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_conversations_that_cannot_be(name: str, tmp_path: Path) -> None:
    value, message = FAULTY[name]
    with pytest.raises(Unusable) as caught:
        checked(turns_of({"messages": value}, "messages"))
    assert caught.value.message == message and caught.value.help
    write_rows(tmp_path / "rows.jsonl", [{"messages": CHAT}, {"messages": value}, {"messages": value}])
    _, _, problems = surveyed(tmp_path, 'data rows {\n  source = jsonl("rows.jsonl")\n}\n')
    assert len(problems) == 1 and problems[0].message.startswith(f"rows.jsonl row 2 {message}")
    assert problems[0].message.endswith("(likewise row 3)")


def test_parts_of_text_are_joined_and_calls_are_objects() -> None:
    parts = [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, CALL]
    turns = turns_of({"messages": parts}, "messages")
    assert turns[0].text == "ab"
    assert turns[1].extra["tool_calls"][0]["function"]["arguments"] == {"a": 1}


def test_calls_and_tools_may_be_json_text(tmp_path: Path) -> None:
    function = {"name": "f", "arguments": {"a": 1}}
    for written in (json.dumps([{"function": function}]), [json.dumps({"function": function})]):
        [turn] = turns_of({"messages": [{"role": "assistant", "tool_calls": written}]}, "messages")
        assert turn.extra["tool_calls"] == [{"function": function}]


def test_each_call_has_its_result_whatever_their_order() -> None:
    value = [*said("user"), calls("1", "2"), result("2"), result("1"), *said("assistant")]
    assert len(checked(turns_of({"messages": value}, "messages"))) == 5
    unnamed = [*said("user"), calls("1", "2"), {"role": "tool", "content": "both"}, *said("assistant")]
    assert len(checked(turns_of({"messages": unnamed}, "messages"))) == 4


def test_messages_may_say_that_they_do_not_train() -> None:
    marked = [*CHAT, CHAT[0], {"role": "assistant", "content": "no", "train": False}]
    weighted = [*CHAT, CHAT[0], {"role": "assistant", "content": "no", "weight": 0}]
    for value in (marked, weighted):
        assert [turn.trains for turn in turns_of({"messages": value}, "messages")] == [False, True, False, False]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"text": 7}, "has a number in `text`, where text is due"),
    ({"text": None}, "has null in `text`; it has `text`"),
    ({"text": {"a": None}}, "has an object in `text`, where text is due"),
    ({"prompt": "a", "completion": ["b"]}, "has a message that is not an object, at position 1"),
    ({"prompt": "a", "chosen": "b", "rejected": None}, "has null in `rejected`"),
    ({"prompt": "a", "chosen": CHAT[:1], "rejected": "b"}, "has a `chosen` that ends with the user"),
    ({"prompt": "a", "chosen": [*CHAT, *CHAT], "rejected": "b"}, "goes on in two ways before the last answer"),
    ({"prompt": CHAT, "chosen": "b", "rejected": "c"}, "has two messages of the assistant in a row"),
    ({"prompt": CHAT[1:], "completion": "b"}, "starts with the assistant"),
    ({"messages": [*CHAT, CHAT[0]], "label": True}, "ends with the user, and not with the answer"),
    ({"instruction": "a", "output": "b", "history": [["c"]]}, "has a `history` that is not pairs"),
    ({"messages": CHAT, "tools": ["f"]}, "has text in `tools` that is not JSON"),
    ({"messages": CHAT, "tools": [1]}, "has something other than objects in `tools`"),
    ({"chosen": "b", "rejected": "c"}, "has no `prompt`, and `chosen` and `rejected` do not begin"),
    ({"messages": CHAT, "tools": "{"}, "has text in `tools` that is not JSON"),
    ({"messages": CHAT, "tools": 7}, "has something other than a list in `tools`"),
    ({"text": "a", "label": None}, "has no label"),
]


@pytest.mark.parametrize(("fields", "message"), WRONG)
def test_fields_of_the_wrong_type(fields: dict[str, Any], message: str, tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [fields])
    _, _, problems = surveyed(tmp_path, 'data rows {\n  source = jsonl("rows.jsonl")\n}\n')
    assert messages(problems).startswith(f"rows.jsonl row 1 {message}") and problems[0].help


def test_many_rows_with_one_fault_are_one_message(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [{"text": "a"}, *[{"text": 7}] * 42])
    _, _, problems = surveyed(tmp_path, 'data rows {\n  source = jsonl("rows.jsonl")\n}\n')
    assert messages(problems) == (
        "rows.jsonl row 2 has a number in `text`, where text is due "
        "(likewise row 3, row 4, row 5, row 6, and 37 more rows like it)"
    )


SPOKEN = '{"name": "weather", "arguments": {"city": "Bern"}}'


def called(text: str) -> list[dict[str, Any]]:
    """ShareGPT's way to call a tool."""
    return [
        {"from": "human", "value": "Rain?"},
        {"from": "function_call", "value": text},
        {"from": "observation", "value": "yes"},
        {"from": "gpt", "value": "Yes."},
    ]


@pytest.mark.parametrize(("text", "count"), [(SPOKEN, 1), (f"[{SPOKEN}, {SPOKEN}]", 2), ('{"name": "now"}', 1)])
def test_calls_that_sharegpt_writes_as_text_are_tool_calls(text: str, count: int) -> None:
    turns = checked(turns_of({"conversations": called(text)}, "conversations"))
    assert [turn.role for turn in turns] == ["user", "assistant", "tool", "assistant"]
    calls = turns[1].extra["tool_calls"]
    assert turns[1].text == "" and turns[1].trains and len(calls) == count
    assert all(call["type"] == "function" and isinstance(call["function"]["arguments"], dict) for call in calls)


@pytest.mark.parametrize("text", ["<tool_call>\nweather(Bern)\n</tool_call>", '{"city": "Bern"}', "{broken"])
def test_calls_that_are_written_in_another_way_stay_text(text: str) -> None:
    turns = checked(turns_of({"conversations": called(text)}, "conversations"))
    assert turns[1].text == text and "tool_calls" not in turns[1].extra


def test_what_is_asked_of_a_tool_is_written_as_it_is_when_served(tmp_path: Path) -> None:
    from ftspec.data import encode
    from ftspec.data.surveying import data_sets
    from tests.data.specs import spec_of
    from tests.data.test_encoding import with_template

    function = {"name": "weather", "parameters": {"type": "object"}}
    for number, tools in enumerate(([function], [{"type": "function", "function": function}])):
        write_rows(tmp_path / "rows.jsonl", [{"conversations": called(SPOKEN), "tools": json.dumps(tools)}])
        spec = spec_of(tmp_path, 'data rows {\n  source = jsonl("rows.jsonl")\n}\n')
        [row] = data_sets(spec)["rows"].prepared.rows("all")
        assert row.tools == ({"type": "function", "function": function},)
        tokenizer = with_template(tmp_path / f"model{number}", "qwen2_5")
        text = tokenizer.decode(encode([row], tokenizer, 10_000)[0].ids, skip_special=False)
        assert f"<tool_call>\n{SPOKEN}\n</tool_call><|im_end|>" in text
        assert '<tools>\n{"type": "function", "function": {"name": "weather"' in text


TOOL = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}


@pytest.mark.parametrize(("template", "says"), [(None, True), ("qwen2_5", False)])
def test_tools_that_the_template_leaves_out_are_said(template: str | None, says: bool, tmp_path: Path) -> None:
    from tests.data.specs import spec_of
    from tests.data.test_encoding import with_template

    talks = [[{"role": "user", "content": f"Rain on day {n}?"}, CHAT[1]] for n in range(60)]
    write_rows(tmp_path / "rows.jsonl", [{"messages": talk, "tools": [TOOL]} for talk in talks])
    text = 'data rows {\n  source = jsonl("rows.jsonl")\n}\ntrain t {\n  data = rows\n}\n'
    spec = spec_of(tmp_path, text)
    if template is not None:
        with_template(tmp_path / "other", template)
        shutil.copytree(tmp_path / "other", tmp_path / "base", dirs_exist_ok=True)
    from ftspec.data import survey

    _, _, problems = survey(spec, cache=False)
    said = [each.message for each in problems if each.code.id == "FT446"]
    wanted = "60 rows of `rows` offer tools, and the chat template of `base` writes none of them: rows.jsonl row 1"
    assert said == ([wanted] if says else [])


def test_prompts_and_answers_that_a_table_holds_as_json_text_are_read(tmp_path: Path) -> None:
    from ftspec.data.surveying import data_sets
    from tests.data.specs import spec_of

    row = {"prompt": CHAT[:1], "chosen": CHAT[1:], "rejected": [{"role": "assistant", "content": "[1, 2]"}]}
    plain = {"prompt": "[1, 2]", "chosen": '[{"a": 1}]', "rejected": "[no"}
    write_rows(tmp_path / "rows.jsonl", [row, {name: json.dumps(value) for name, value in row.items()}, plain])
    spec = spec_of(tmp_path, 'data rows {\n  source = jsonl("rows.jsonl")\n}\n')
    first, second, third = data_sets(spec)["rows"].prepared.rows("all")
    assert first.turns == second.turns and first.turns[1].text == "Hello"
    assert [turn.text for turn in third.turns] == ["[1, 2]", '[{"a": 1}]', "[no"]


def test_messages_that_a_table_holds_as_json_text_are_read(tmp_path: Path) -> None:
    text = json.dumps(CHAT)
    assert turns_of({"messages": text}, "messages") == turns_of({"messages": CHAT}, "messages")
    with pytest.raises(Unusable, match="has a text in `messages`"):
        turns_of({"messages": "[not json"}, "messages")
