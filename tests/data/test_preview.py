"""Previews: what is shown is what trains."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from ftspec.data import Row, Turn, encode
from ftspec.data.preview import preview
from ftspec.data.preview_text import render_preview
from ftspec.data.showing import NoSuchData, shown
from ftspec.data.statistics_text import render_statistics
from ftspec.errors import CannotRun, Rejected
from ftspec.model.tokenizer import load_tokenizer
from ftspec.pipeline import load
from tests.data.specs import BASE, ROUTE, TICKETS, base_tokenizer, spec_of, write_rows
from tests.model.folders import model_folder

ASKED = (Turn("user", "Wo ist 日本? 👍🏽\tTab", False), Turn("assistant", "In Asien – é.", True))
ROWS = [
    Row("a" * 16, "rows.jsonl", 1, {}, ASKED),
    Row("b" * 16, "rows.jsonl", 2, {}, (Turn("user", "<|im_end|> \x1b[31mred", False), Turn("assistant", "no", True))),
    Row("c" * 16, "rows.jsonl", 3, {}, (Turn("text", "Ein Fluß.", True),)),
]


@pytest.mark.parametrize("kind", ["shipped", "gpt2", "llama3", "mistral"])
def test_tokens_tile_the_text(kind: str, tmp_path: Path) -> None:
    tokenizer = base_tokenizer() if kind == "shipped" else load_tokenizer(model_folder(tmp_path, kind=kind))
    for row in ROWS:
        shown = preview([row], tokenizer, 1000)
        [found] = shown.to_json()["rows"]
        [encoded] = encode([row], tokenizer, 1000)
        assert [token["id"] for token in found["tokens"]] == encoded.ids
        assert [token["trained"] for token in found["tokens"]] == encoded.trained
        at = 0
        for token in found["tokens"]:
            assert token["text"] == found["text"][token["start"] : token["end"]]
            assert token["start"] <= at <= token["end"], "no gap, and no way back past a shared character"
            at = max(at, token["end"])
        assert at == len(found["text"])
        trained = "".join(t["text"] for t in found["tokens"] if t["trained"] and len(t["text"]) != 0)
        assert tokenizer.eos.text in trained


def test_json_is_the_contract() -> None:
    found = preview(ROWS, base_tokenizer(), 24, data="rows", split="train", model="base").to_json()
    assert json.loads(json.dumps(found)) == found
    assert set(found["rows"][0]) >= {"text", "tokens"}
    assert set(found["rows"][0]["tokens"][0]) == {"id", "text", "start", "end", "trained"}
    assert found["max_length"] == 24 and found["truncated"] == sum(row["length"] > 24 for row in found["rows"]) > 0
    bins = found["histogram"]["bins"]
    assert sum(each["rows"] for each in bins) == 3 and bins[-1]["to"] == found["histogram"]["longest"]
    assert all(a["to"] + 1 == b["from"] for a, b in pairwise(bins))


def test_terminals_get_80_columns_and_no_commands() -> None:
    shown = preview(ROWS, base_tokenizer(), 1000, data="rows", split="train")
    plain, colored = render_preview(shown, color=False), render_preview(shown, color=True)
    assert "\x1b" not in plain and "\\u001b[31mred" in plain
    assert "⟦In Asien – é.<|im_end|>⟧" in plain and "\x1b[1;32mIn Asien – é.<|im_end|>\x1b[0m" in colored
    uncolored = re.sub(r"\x1b\[[\d;]*m", "", colored)
    assert re.sub("[⟦⟧]", "", plain) == uncolored
    assert all(len(line) <= 80 for line in uncolored.splitlines())
    assert "max_length 1000" in plain


def test_a_wider_terminal_is_filled_and_heads_say_which_sequence_it_is() -> None:
    pair = (Turn("user", "word " * 60, False), Turn("chosen", "yes", True), Turn("rejected", "no", True))
    rows = [Row("d" * 16, "pairs.jsonl", 4, {}, pair), Row("e" * 16 + "-a1", "rows.jsonl", 5, {}, ASKED)]
    text = render_preview(preview(rows, base_tokenizer(), 1000, data="rows"), color=True, width=100)
    uncolored = re.sub(r"\x1b\[[\d;]*m", "", text)
    assert 90 < max(len(line) for line in uncolored.splitlines()) <= 100
    heads = [line.rpartition(" · ")[0] for line in uncolored.splitlines() if " · " in line]
    ends = ("pairs.jsonl row 4 · chosen", "pairs.jsonl row 4 · rejected", "rows.jsonl row 5 · changed copy")
    assert heads == [f"rows · {end}" for end in ends]


def test_cut_rows_say_so() -> None:
    text = render_preview(preview(ROWS, base_tokenizer(), 24), color=False)
    assert "cut at 24" in text and "characters are cut off" in text and "rows are cut at 24 tokens" in text


def test_a_spec_is_previewed() -> None:
    loaded = load(BASE.parent / "tickets.ft")
    assert loaded.spec is not None
    found = [each.preview for each in shown(loaded.spec, count=2)]
    assert [(each.data, each.split) for each in found] == [("tickets", "train"), ("english", "all")]
    assert len(found[0].rows) == 2 and sum(found[0].facts.histogram) == found[0].facts.rows > 300
    [test] = shown(loaded.spec, "tickets.test", 1)
    assert (test.preview.split, len(test.preview.rows)) == ("test", 1)
    for name in ("nothing", "tickets.nothing", "english.test"):
        with pytest.raises(NoSuchData):
            shown(loaded.spec, name)


def test_statistics_of_a_spec() -> None:
    loaded = load(BASE.parent / "tickets.ft")
    assert loaded.spec is not None
    tickets, english = (each.statistics for each in shown(loaded.spec, stats=True))
    assert tickets is not None and english is not None
    assert set(tickets.labels) == {"billing", "technical", "general"} and sum(tickets.labels.values()) == tickets.rows
    assert set(tickets.groups["channel"]) == {"email", "form", "chat"} and "queue" not in tickets.groups
    assert tickets.lengths["row"].largest == 277 and tickets.lengths["answer"].median == 4
    assert tickets.vocabulary.unknown == 0 and tickets.vocabulary.tokens_per_word > 1
    assert any(term.word == "Tallybook" for term in tickets.vocabulary.split)
    assert 0 < tickets.diversity.distinct_1 < tickets.diversity.distinct_2 < 1
    assert english.labels == {} and json.loads(json.dumps(tickets.to_json()))["rows"] == tickets.rows
    text = render_statistics(tickets)
    assert "billing" in text and "█" in text and all(len(line) <= 80 for line in text.splitlines())


@pytest.mark.parametrize(("method", "length"), [("lora()", 1024), ("prompt_tuning(tokens = 24)", 1000)])
def test_rows_are_cut_where_the_plan_cuts_them(method: str, length: int, tmp_path: Path) -> None:
    from ftspec.pipeline import Options
    from ftspec.pipeline import compile as compile_spec
    from ftspec.plan.steps import Train

    write_rows(tmp_path / "rows.jsonl", [{"text": "word " * 3000}, *({"text": f"sentence {n}"} for n in range(60))])
    data = 'data rows {\n  source = jsonl("rows.jsonl")\n}\n'
    spec = spec_of(tmp_path, f"{data}train t {{\n  data = rows.train\n  method = {method}\n}}\n")
    plan = compile_spec(tmp_path / "spec.ft", Options(device="rtx_4090")).plan
    [found] = shown(spec, count=1)
    assert found.preview.max_length == length
    assert {step.max_length for step in plan.of(Train)} == {length}


def test_what_compile_says_of_the_tokens_is_said_here_too(tmp_path: Path) -> None:
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    write_rows(tmp_path / "rows.jsonl", [{"messages": messages, "n": n} for n in range(60)])
    spec = spec_of(tmp_path, 'data rows {\n  source = jsonl("rows.jsonl")\n}\ntrain t {\n  data = rows.train\n}\n')
    template = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
    template += "{% if add_generation_prompt %}assistant: {% endif %}"
    (tmp_path / "base" / "chat_template.jinja").write_text(template)
    [found] = shown(spec, count=1)
    assert found.preview.rows and "FT343" in {remark.code.id for remark in found.remarks}


def test_rows_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [*TICKETS, {"queue": "x"}])
    text = (
        f'{ROUTE}data rows {{\n  source = jsonl("rows.jsonl")\n  template = route\n}}\ntrain t {{\n  data = rows\n}}\n'
    )
    with pytest.raises(Rejected) as caught:
        shown(spec_of(tmp_path, text))
    assert caught.value.diagnostics[0].code.id == "FT331"


def test_a_tokenizer_that_is_not_here_is_said(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    text = (
        f'{ROUTE}data rows {{\n  source = jsonl("rows.jsonl")\n  template = route\n}}\ntrain t {{\n  data = rows\n}}\n'
    )
    spec = spec_of(tmp_path, text)
    (tmp_path / "base" / "tokenizer.json").unlink()
    with pytest.raises(CannotRun, match="tokenizer of model `base` is not here"):
        shown(spec)
