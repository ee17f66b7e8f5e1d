"""The page: it shows what the verdict says, escapes what people wrote, and loads nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ftspec.errors import CannotRun
from ftspec.evaluate.numbers import interval_text, value_text
from ftspec.report import write_report
from tests.report.fixture_plan import make_plan
from tests.report.fixture_run import Made, build, sample, stop_after
from tests.report.pages import Page


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return build(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def page(made: Made) -> Page:
    return Page(write_report(made.path).read_text(encoding="utf-8"))


def thin(text: str) -> str:
    return text.replace(" %", "\u202f%").replace(" ×", "\u202f×").replace("-", "\u2212")


def test_every_gate_shows_the_numbers_of_the_verdict(made: Made, page: Page) -> None:
    for gate in made.verdict.gates:
        shown = page.text[page.text.index(f"{gate.verb} {gate.rule}") :]
        assert thin(value_text(gate.value, gate)) in shown
        assert f"{thin(interval_text(gate))}" in shown
        assert f"n = {gate.n}" in shown
        if gate.baseline is not None:
            assert f"before {thin(value_text(gate.baseline, gate))}" in shown


def test_another_value_shows_another_number(tmp_path: Path) -> None:
    made = build(tmp_path)
    file = made.path / "verdict.json"
    file.write_text(file.read_text().replace(str(63 / 68), "0.5"))
    text = Page(write_report(made.path).read_text()).text
    assert "50.0\u202f%" in text
    assert "92.6\u202f%" not in text


def test_the_verdict_comes_first(page: Page) -> None:
    places = [page.text.index(words) for words in ("All 3 required gates pass. 1 warning.", "Gates What", "Samples 10")]
    assert places == sorted(places)


def test_copies_and_repeats_are_no_rows_that_were_dropped() -> None:
    from ftspec.plan.facts import CleanFacts
    from ftspec.plan.steps import PrepareData
    from ftspec.report.view.data import _cleaned, _sentence, _split_by

    plan = make_plan("Sort", "accuracy(tickets.test) >= 90%")
    [step] = [each for each in plan.of(PrepareData) if each.id == "data.tickets"]
    steps = (
        CleanFacts(name="keep", rows_in=900, rows_out=700),
        CleanFacts(name="augment", rows_in=400, rows_out=800, changed=400),
    )
    grown = step.model_copy(update={"rows_read": 900, "rows": 1100, "cleaned": steps, "recognised": False})
    said = "900 rows read, 200 dropped, 400 added as changed copies, 1,100 in all. Format prompt_completion."
    assert _sentence(grown) == said
    assert [each.left for each in _cleaned(steps)] == [700, 1100]
    by_time = step.model_copy(update={"split": {"test": 0.1, "time": "received"}})
    assert _split_by(by_time) == "by time, the newest by received last"


def test_answers_are_counted_from_the_items(page: Page) -> None:
    assert "stayed right" in page.text
    matrices = [svg["aria-label"] for svg in page.all("svg") if "confusion" in svg.get("class", "")]
    assert any(title.endswith("after training: 63 of 68 on the diagonal") for title in matrices)


def test_data_settings_costs_and_samples_are_told(page: Page) -> None:
    for words in (
        "462 rows read, 4 dropped, 458 kept",
        "data/tickets.jsonl, row 118 (no body) Re: Re: Fwd:",
        "train 344 75.1\u202f% 28,410 trains router, gates",
        "learning_rate 2e-4 in place of 5e-4 --set",
        "micro_batch_size 4 auto",
        "this cpu has no native bf16",
        "407\u202fMiB 452\u202fMiB 1.11 ×",
        "Login loop on the tablet",
        "ftspec run runs/tickets/",
        "ftspec compile tickets.ft --set router.learning_rate=2e-4",
        "transformers 5.23.0",
    ):
        assert words in page.text, words


def test_statistics_are_told_and_drawn(page: Page) -> None:
    for words in (
        "Label balance Label train validation test billing 120 34.9\u202f% 15 32.6\u202f% 23 33.8\u202f%",
        "Statistics tickets.train",
        "row 41 80 121 143 82.6",
        "10,233 words, 2,118 of them distinct: the tokenizer writes a word in 1.70 tokens; 3 tokens are unknown to it.",
        "Tallybook<b> 4 × 39",
        "distinct pairs of words 75\u202f%",
        "By channel email 200 58.1\u202f%",
    ):
        assert words in page.text, words
    drawn = [svg.get("aria-label", "") for svg in page.all("svg")]
    assert "Tallybook<b>: 156 tokens" in drawn and "email: 200" in drawn


def test_statistics_that_are_torn_are_named(tmp_path: Path) -> None:
    made = build(tmp_path)
    (made.path / "statistics" / "tickets.json").write_text('{"data": ')
    assert "statistics/tickets.json cannot be read" in Page(write_report(made.path).read_text()).text


def test_differences_from_the_expected_answer_are_marked(page: Page, made: Made) -> None:
    html = (made.path / "report.html").read_text()
    assert "<del>billing or </del>technical" in html


def test_the_same_run_gives_the_same_bytes(made: Made) -> None:
    first = write_report(made.path).read_bytes()
    assert write_report(made.path).read_bytes() == first


def test_nothing_is_loaded(page: Page) -> None:
    loading = {"src", "srcset", "href", "data", "action", "poster", "xlink:href", "background"}
    targets = [value for _, attributes in page.elements for name, value in attributes.items() if name in loading]
    assert all(target.startswith(("#", "data:,")) for target in targets)
    assert not {tag for tag, _ in page.elements} & {"script", "iframe", "object", "embed", "form", "base", "img"}
    assert not re.search(r"url\(|@import|expression\(", page.source)
    assert {"default-src 'none'; style-src 'unsafe-inline'; img-src data:"} <= {
        meta.get("content", "") for meta in page.all("meta")
    }


def test_links_within_the_page_lead_somewhere(page: Page) -> None:
    names = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(names) == len(set(names))
    assert {link["href"][1:] for link in page.all("a")} <= set(names)


def test_a_screen_reader_gets_headers_and_titles(page: Page) -> None:
    assert all(header.get("scope") in ("col", "row") for header in page.all("th"))
    charts = [svg for svg in page.all("svg") if "chart" in svg.get("class", "")]
    assert charts
    assert all(svg["role"] == "img" and svg["aria-label"] for svg in charts)
    assert all(svg.get("aria-hidden") == "true" for svg in page.all("svg") if svg not in charts)
    assert [tag for tag, _ in page.elements].count("h1") == 1
    assert page.all("html")[0]["lang"] == "en"


HOSTILE = (
    '</title></style><script>alert(1)</script><img src=x onerror=alert(1)>" onload="alert(1)\' {{ 7*7 }} {% raw %}'
)


def test_what_people_and_models_wrote_stays_text(tmp_path: Path) -> None:
    answer = sample("a|b|billing|x|y") | {
        "prompt": HOSTILE,
        "expected": HOSTILE,
        "before": HOSTILE,
        "after": HOSTILE * 2,
    }
    made = build(tmp_path, goal=HOSTILE, samples=[answer], rule=f"{HOSTILE} >= 90%")
    page = Page(write_report(made.path).read_text())
    assert not {tag for tag, _ in page.elements} & {"script", "img"}
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert page.text.count(HOSTILE) >= 4
    assert "{{ 7*7 }}" in page.text


def test_control_characters_and_lone_surrogates_are_shown_not_obeyed(tmp_path: Path) -> None:
    answer = sample("a|b|billing|x|y") | {"before": "\x1b[2J\u202egnillib\x00", "after": "\ud800\u2028end"}
    made = build(tmp_path, samples=[answer])
    text = write_report(made.path).read_text(encoding="utf-8")
    assert "␛[2J\ufffdgnillib␀" in text
    assert "\ufffd\ufffd\ufffd\u2028end" in text
    assert not {"\x1b", "\x00", "\u202e"} & set(text)


def finish(made: Made) -> Page:
    return Page(write_report(made.path).read_text(encoding="utf-8"))


def test_a_stopped_run_says_where_and_how_to_go_on(tmp_path: Path) -> None:
    made = build(tmp_path)
    stop_after(made, 30, {"event": "stopped", "signal": "SIGINT", "step": 20, "time": "2026-11-21T09:15:00Z"})
    text = finish(made).text
    assert "No verdict The run was stopped by SIGINT at step 20. Running the same plan again goes on" in text
    assert "reached step 2" in text
    assert "require accuracy(tickets.test) >= 90% not decided – open" in text


def test_a_failed_run_gives_its_message(tmp_path: Path) -> None:
    made = build(tmp_path)
    failed = {"event": "failed", "message": "loss is not a number at step 12", "time": "2026-11-21T09:15:00Z"}
    stop_after(made, 20, failed)
    assert "The run failed: loss is not a number at step 12" in finish(made).text


def test_a_run_that_was_killed_or_goes_on_is_not_finished(tmp_path: Path) -> None:
    made = build(tmp_path)
    stop_after(made, 20)
    assert "The run is not finished: it goes on now, or its process was killed." in finish(made).text


def test_a_plan_alone_makes_a_report(tmp_path: Path) -> None:
    made = build(tmp_path)
    stop_after(made, 0)
    (made.path / "record.jsonl").unlink()
    text = finish(made).text
    assert "No verdict The run has not started." in text
    assert "router not begun" in text
    assert "40\u202fs –" in text


def test_torn_and_changed_files_are_named(tmp_path: Path) -> None:
    made = build(tmp_path)
    record, verdict = made.path / "record.jsonl", made.path / "verdict.json"
    record.write_text(record.read_text()[:-40])
    verdict.write_text(verdict.read_text()[:200])
    scores = next((made.path / "items").glob("accuracy*.jsonl"))
    scores.write_text(scores.read_text().replace("billing", "general", 1))
    (made.path / "samples.jsonl").write_text('{"item": 1}\nnot json\n')
    text = finish(made).text
    assert "record.jsonl: 1 lines are torn or not understood" in text
    assert "verdict.json cannot be read, so no verdict is shown" in text
    assert f"items/{scores.name} is missing or was changed after the run" in text
    assert "samples.jsonl, line 2 is not a JSON object" in text
    assert "samples.jsonl, line 1: item: input should be a valid string" in text


def test_a_verdict_of_another_plan_is_named(tmp_path: Path) -> None:
    made = build(tmp_path)
    file = made.path / "verdict.json"
    file.write_text(file.read_text().replace(made.plan.digest, "0" * 64))
    assert f"verdict.json is of plan 000000000000, but plan.json is {made.plan.digest[:12]}" in finish(made).text


def test_a_folder_without_a_plan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=r"is not a run folder: it has no plan\.json"):
        write_report(tmp_path)


def test_a_broken_plan_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text('{"plan_format": 2}')
    with pytest.raises(CannotRun, match=r"plan\.json` cannot be read: plan_format"):
        write_report(tmp_path)


def test_nothing_heavy_is_imported_with_the_module() -> None:
    import subprocess
    import sys

    heavy = "{'torch', 'numpy', 'transformers', 'sklearn', 'rich', 'datasets', 'huggingface_hub', 'jinja2'}"
    code = f"import sys, ftspec.report; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
