"""The survey of whole specs: facts, parts, tokens, the cache."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ftspec.data import encode, expected, prepare, prompts, survey
from ftspec.data.pairs import pairs
from ftspec.errors import CannotRun
from ftspec.spec.data import Clean
from tests.data.specs import (
    BASE,
    ROUTE,
    TICKETS,
    base_tokenizer,
    codes,
    messages,
    spec_of,
    step_of,
    surveyed,
    write_base,
    write_rows,
)

SPEC = (
    ROUTE
    + """
data tickets {
  source   = jsonl("rows.jsonl")
  template = route
  split {
    test       = 20%
    validation = 20%
    stratify   = queue
  }
}

train router {
  data       = tickets.train
  length     = 1 epochs
  batch_size = 4
}

gates {
  require accuracy(tickets.test) >= 50%
}
"""
)


def test_facts_of_a_whole_spec(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    data, tokens, problems = surveyed(tmp_path, SPEC)
    facts = data["tickets"]
    assert [each for each in problems if each.is_error] == []
    assert facts.rows_read == facts.rows == sum(facts.splits.values()) == 30
    assert facts.files[0].path == "rows.jsonl" and len(facts.files[0].sha256) == 64
    assert facts.format == "prompt_completion" and facts.template_source == "spec" and not facts.recognised
    assert facts.template[0] == ("system", "Answer with one queue.") and facts.trained_roles == ("assistant",)
    assert facts.fields == ("body", "queue", "subject")
    assert set(facts.labels["train"]) == {"billing", "technical", "general"}
    assert set(tokens) == {("tickets", part, "base") for part in ("train", "validation", "test")}
    train = tokens["tickets", "train", "base"]
    assert train.rows == facts.splits["train"] == sum(train.histogram)
    assert train.end_trained and not train.truncated and 0 < train.trained_tokens < train.tokens


def test_the_tokens_that_are_counted_are_those_that_train(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    spec = spec_of(tmp_path, SPEC)
    data, tokens, _ = survey(spec, cache=False)
    prepared = prepare(step_of(spec, "tickets", data["tickets"]), tmp_path)
    tokenizer = base_tokenizer()
    for part, rows in prepared.parts.items():
        encoded = encode(rows, tokenizer, 1024)
        counted = tokens["tickets", part, "base"]
        assert counted.tokens == sum(len(each.ids) for each in encoded)
        assert counted.trained_tokens == sum(sum(each.trained) for each in encoded)
        for row, each, prompt in zip(rows, encoded, prompts(rows, tokenizer), strict=True):
            assert each.ids[: len(prompt)] == prompt and not any(each.trained[: len(prompt)])
            trained = [i for i, trains in zip(each.ids, each.trained, strict=True) if trains]
            assert tokenizer.decode(trained, skip_special=False) == expected(row) + tokenizer.eos.text


def test_a_plan_refuses_files_that_changed(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    spec = spec_of(tmp_path, SPEC)
    step = step_of(spec, "tickets", survey(spec, cache=False)[0]["tickets"])
    assert prepare(step, tmp_path).digest == step.digest
    write_rows(tmp_path / "rows.jsonl", [*TICKETS[:-1], {**TICKETS[-1], "body": "x"}])
    with pytest.raises(CannotRun, match=r"`rows.jsonl` has changed since the plan was made"):
        prepare(step, tmp_path)
    (tmp_path / "rows.jsonl").unlink()
    with pytest.raises(CannotRun, match=r"there is no `rows.jsonl`"):
        prepare(step, tmp_path)


def test_a_glob_refuses_new_and_lost_files(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows" / "a.jsonl", TICKETS[:15])
    write_rows(tmp_path / "rows" / "b.jsonl", TICKETS[15:])
    spec = spec_of(tmp_path, SPEC.replace('"rows.jsonl"', '"rows/*.jsonl"'))
    step = step_of(spec, "tickets", survey(spec, cache=False)[0]["tickets"])
    assert [each.path for each in step.files] == ["rows/a.jsonl", "rows/b.jsonl"]
    write_rows(tmp_path / "rows" / "c.jsonl", TICKETS[:1])
    with pytest.raises(CannotRun, match=r"c\.jsonl` is new"):
        prepare(step, tmp_path)
    (tmp_path / "rows" / "c.jsonl").unlink()
    (tmp_path / "rows" / "a.jsonl").unlink()
    with pytest.raises(CannotRun, match=r"a\.jsonl` is gone"):
        prepare(step, tmp_path)


def test_a_second_survey_reads_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    spec = spec_of(tmp_path, SPEC)
    cold = survey(spec)
    monkeypatch.setattr("ftspec.data.prepared.build", None)
    monkeypatch.setattr("ftspec.data.tokens.measure", None)
    assert survey(spec) == cold


@pytest.mark.parametrize("change", ["row", "template", "split", "tokenizer", "max_length", "chat_template"])
def test_the_cache_misses_whatever_changes(tmp_path: Path, change: str) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", TICKETS)
    cold = surveyed(tmp_path, SPEC, cache=True)
    text = SPEC
    match change:
        case "row":
            rows.write_text(rows.read_text().replace("Body number 7 ", "Body number 8 "))
        case "template":
            text = SPEC.replace("one queue.", "one queue!")
        case "split":
            text = SPEC.replace("test       = 20%", "test       = 30%")
        case "max_length":
            text = SPEC.replace("batch_size = 4", "batch_size = 4\n  max_length = 32")
    spec = spec_of(tmp_path, text)
    match change:
        case "tokenizer":
            path = tmp_path / "base" / "generation_config.json"
            path.write_text(path.read_text().replace("}", "} "))
        case "chat_template":
            path = tmp_path / "base" / "chat_template.jinja"
            path.write_text(
                path.read_text().replace("<|im_start|>' + message['role']", "<|im_start|>' + message['role'] | upper")
            )
    warm = survey(spec)
    assert warm == survey(spec, cache=False)
    if change != "tokenizer":  # the same tokens, but the key must not say so
        assert warm != cold


def test_a_broken_cache_costs_time_alone(tmp_path: Path, own_cache: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    spec = spec_of(tmp_path, SPEC)
    cold = survey(spec)
    kept = sorted(own_cache.rglob("data/*/*.json"))
    assert kept
    for path in kept:
        path.write_bytes(path.read_bytes()[:-10])
    assert survey(spec) == cold


def test_warnings_come_from_the_cache_too(tmp_path: Path) -> None:
    rows = [*TICKETS, {**TICKETS[0], "queue": "general"}]
    write_rows(tmp_path / "rows.jsonl", rows)
    spec = spec_of(tmp_path, SPEC)
    cold = survey(spec)[2]
    assert "FT433" in codes(cold) and survey(spec)[2] == cold


def test_a_warm_survey_imports_nothing_heavy(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    spec_of(tmp_path, SPEC)
    code = (
        "import sys; from pathlib import Path; from ftspec.pipeline import load; from ftspec.data import survey\n"
        f"loaded = load(Path({str(tmp_path / 'spec.ft')!r})); survey(loaded.spec)\n"
        "heavy = ['numpy', 'pyarrow', 'tokenizers', 'jinja2', 'rensa', 'torch', 'transformers', 'datasets', 'ftfy']\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    shown = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)]
    assert "tokenizers" in shown[0].stdout and shown[1].stdout.strip() == "[]"


def test_a_missing_file_is_about_inputs(tmp_path: Path) -> None:
    data, _, problems = surveyed(tmp_path, SPEC)
    assert data == {} and codes(problems) == ["FT501"]
    assert problems[0].message == "there is no `rows.jsonl`" and problems[0].place is not None
    write_base(tmp_path)
    _, _, problems = surveyed(tmp_path, SPEC.replace('"rows.jsonl"', '"rows/*.jsonl"'))
    assert problems[0].message == "no file fits `rows/*.jsonl`"


def test_a_model_that_is_not_here_gives_no_tokens(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    hub = 'model base {\n  source = hub("a/b", revision = "' + "0" * 40 + '")\n}\n'
    data, tokens, problems = surveyed(tmp_path, hub + SPEC, model=False)
    assert data["tickets"].rows == 30 and tokens == {} and not any(each.is_error for each in problems)


def test_a_broken_tokenizer_is_said_once(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    spec = spec_of(tmp_path, SPEC)
    (tmp_path / "base" / "tokenizer.json").write_text("{")
    assert codes(survey(spec, cache=False)[2]) == ["FT503"]


def test_the_shipped_specs_survey(tmp_path: Path) -> None:
    from ftspec.pipeline import load

    for path in sorted(BASE.parent.glob("tickets*.ft")):
        loaded = load(path)
        assert loaded.spec is not None
        data, tokens, problems = survey(loaded.spec, cache=False)
        assert [each.message for each in problems if each.is_error] == []
        [(name, part, model)] = [(pair.data, pair.part, pair.model) for pair in pairs(loaded.spec) if pair.trains]
        assert data[name].rows > 450 and tokens[name, part, model].end_trained
        assert tokens[name, part, model].trained_tokens > 1000
        assert {facts.format for facts in data.values()} <= {"prompt_completion", "text"}


def test_default_cleaning_says_nothing(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    data, _, problems = surveyed(tmp_path, SPEC)
    assert data["tickets"].steps == () and Clean() == Clean() and "FT3" not in messages(problems)


def test_empty_answers_are_counted_with_their_rows(tmp_path: Path) -> None:
    rows = [{"prompt": f"Say {n}", "completion": " " if n in (4, 7) else f"{n}"} for n in range(60)]
    write_rows(tmp_path / "rows.jsonl", rows)
    text = 'data rows {\n  source = jsonl("rows.jsonl")\nCLEAN}\n\ntrain t {\n  data = rows\n}\n'
    [note] = [each for each in surveyed(tmp_path, text.replace("CLEAN", ""))[2] if each.code.id == "FT437"]
    assert "2 of 60 rows of `rows` have an empty answer" in note.message and "row 5, " in note.message
    cleaned = text.replace("CLEAN", "  clean {\n    drop_missing = true\n  }\n")
    assert "FT437" not in codes(surveyed(tmp_path, cleaned)[2])


def test_where_no_row_can_be_read_the_reason_is_said(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_bytes("prompt,completion\ncafé,oui\n".encode("cp1252"))
    problems = surveyed(tmp_path, 'data rows {\n  source = csv("rows.csv")\n}\n\ntrain t {\n  data = rows\n}\n')[2]
    assert codes(problems) == ["FT330"] and "rows.csv row 1" in problems[0].message


def test_a_rule_that_no_row_fits_is_blamed_itself(tmp_path: Path) -> None:
    """Not the file, which is as it should be."""
    write_rows(tmp_path / "rows.jsonl", [{"prompt": f"Say {n}", "completion": f"{n}"} for n in range(9)])
    rule = '  clean {\n    keep = "length(completion) > 1"\n  }\n'
    text = f'data rows {{\n  source = jsonl("rows.jsonl")\n{rule}}}\n\ntrain t {{\n  data = rows\n}}\n'
    [problem] = [each for each in surveyed(tmp_path, text)[2] if each.code.id == "FT341"]
    assert problem.place is not None
    assert problem.place.source.text[problem.place.span.start : problem.place.span.end].startswith('"length')


def test_a_field_that_no_row_has_is_not_missing_in_each(tmp_path: Path) -> None:
    """`drop_missing` would drop them all, and say nothing of the name."""
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    text = SPEC.replace("{{ queue }}", "{{ queu }}").replace(
        "  template = route\n", "  template = route\n  clean {\n    drop_missing = true\n  }\n"
    )
    [problem] = [each for each in surveyed(tmp_path, text)[2] if each.code.id == "FT331"]
    assert "has no field `queu`" in problem.message and problem.help == "write `{{ queue }}`"


def test_a_missing_file_names_the_one_that_is_there(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    [problem] = [
        each for each in surveyed(tmp_path, SPEC.replace("rows.jsonl", "row.jsonl"))[2] if each.code.id == "FT501"
    ]
    assert problem.help == "`rows.jsonl` is there"
