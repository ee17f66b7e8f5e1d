"""Spec templates: strict, sandboxed, and clear about what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ftspec.data.faults import Unusable
from ftspec.data.render import compiled, expression
from tests.data.specs import ROUTE, TICKETS, codes, messages, surveyed, write_rows

DATA = ROUTE + 'data rows {\n  source = jsonl("rows.jsonl")\n  template = route\n}\n'


def render(text: str, **fields: Any) -> str:
    return compiled([("user", text)], frozenset({"user"})).render(fields, {})[0].text


def test_values_are_written() -> None:
    assert render("{{ a }} {{ b }} {{ c }} {{ d }} {{ e }}", a="x", b=1, c=2.5, d=True, e=["y", {"z": "é"}]) == (
        'x 1 2.5 true ["y", {"z": "é"}]'
    )
    assert render('{{ row["customer id"] }}', **{"customer id": 7}) == "7"
    assert render("{{ a | tojson }}", a={"k": "ü"}) == '{"k": "ü"}'
    assert render("a{% if a %}\n\nb{% endif %}\n{%- if a %} c{% endif %}\n", a=1) == "a\n\nb c\n"


def test_required_fields_are_those_that_nothing_guards() -> None:
    text = "{{ a }}{% if b is defined and b %}{{ b }}{% endif %}{{ c | default('') }}"
    text += "{% for i in range(d) %}{{ i }}{% endfor %}"
    template = compiled([("user", text)], frozenset())
    assert template.required == ("a", "d") and template.used == ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"body": "b", "queue": "q"}, "has no field `subject`, which the template uses"),
        ({"queue": "q"}, "has no fields `subject`, `body`, which the template uses"),
        ({"subject": None, "body": "b", "queue": "q"}, "has null in `subject`, which the template uses"),
    ],
)
def test_a_row_without_the_field(fields: dict[str, Any], message: str, tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [TICKETS[0], fields])
    _, _, problems = surveyed(tmp_path, DATA)
    assert codes(problems) == ["FT331"]
    has = "it has " + ", ".join(f"`{name}`" for name in fields)
    assert messages(problems) == f"rows.jsonl row 2 {message}; {has}"
    assert "drop_missing" in str(problems[0].help)


@pytest.mark.parametrize("text", ["{{ a.b }}", "{{ a.b.c }}", "{{ nothing }}", "{{ a['x'] }}"])
def test_what_is_not_there_is_an_error(text: str) -> None:
    with pytest.raises(Unusable) as caught:
        render(text, a={"z": None})
    assert caught.value.code.id == "FT331"


def test_dates_inside_of_values_are_written_and_bytes_never() -> None:
    from datetime import date

    values = {"a": {"on": [date(2026, 5, 1)]}, "b": b"x", "c": {"b": b"x"}}
    [turn] = compiled([("user", "{{ a }} {{ a | tojson }}")], frozenset()).render(values, {})
    assert turn.text == '{"on": ["2026-05-01"]} {"on": ["2026-05-01"]}'
    for text in ("{{ b }}", "{{ c }}", "{{ c | tojson }}"):
        with pytest.raises(Unusable, match="bytes are no text"):
            compiled([("user", text)], frozenset()).render(values, {})


def test_a_condition_on_what_is_not_there_says_how_to_ask() -> None:
    with pytest.raises(Unusable, match="'more' is undefined") as caught:
        render("{{ a }}{% if more %}x{% endif %}", a="b")
    assert "{% if more is defined and more %}" in caught.value.help


def test_nested_null_is_no_text() -> None:
    with pytest.raises(Unusable, match="has null where the template writes a value"):
        render("{{ a.b }}", a={"b": None})


@pytest.mark.parametrize("text", ["{{ a", "{% for %}", "{{ a | nofilter }}", "{% include 'x' %}{{ }}"])
def test_templates_that_are_no_jinja(text: str, tmp_path: Path) -> None:
    with pytest.raises(Unusable) as caught:
        compiled([("user", text)], frozenset())
    assert caught.value.code.id == "FT332" and "`user` turn is not valid Jinja" in caught.value.message


@pytest.mark.parametrize(
    "text", ["{{ a.__class__.__mro__ }}", "{{ a * 10**9 }}", "{{ lipsum() }}", "{{ [1,2] | random }}"]
)
def test_the_sandbox_holds(text: str) -> None:
    with pytest.raises(Unusable):
        render(text, a="x")


def test_a_field_may_be_called_like_a_function() -> None:
    assert render("{{ range }}", range="a to b") == "a to b"


def test_keep() -> None:
    assert expression("a > 1 and row.b == 'x'")({"a": 2, "b": "x"})
    with pytest.raises(Unusable, match="not a Jinja expression"):
        expression("a >")
    with pytest.raises(Unusable, match="cannot be tested"):
        expression("nothing > 1")({"a": 1})
    with pytest.raises(Unusable) as caught:
        expression("length(a) > 1")({"a": "bc"})
    assert caught.value.help == "`length` is a filter: write `field | length`"


def test_empty_turns_are_left_out(tmp_path: Path) -> None:
    template = compiled([("system", "{{ a }}"), ("user", "b"), ("assistant", "{{ a }}")], frozenset({"assistant"}))
    assert [turn.role for turn in template.render({"a": ""}, {})] == ["user", "assistant"]


@pytest.mark.parametrize("field", [" body", "Body", "BODY ", "bo_dy"])
def test_a_field_that_is_written_differently_is_named(field: str) -> None:
    with pytest.raises(Unusable) as raised:
        compiled((("user", "{{ body }}"),), frozenset()).render({field: "x"}, {})
    assert raised.value.help == f"the rows write `{field}`: write it alike in both"
