"""The model card: metadata that the hub reads, text that says no more than the run knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import ModelCard

from ftspec.report.card import license_of, write_card
from ftspec.report.markdown import summary
from tests.report.fixture_run import build, stop_after


def test_the_metadata_are_those_of_the_hub(tmp_path: Path) -> None:
    made = build(tmp_path)
    found = ModelCard(write_card(made.path, tmp_path, "apache-2.0").read_text()).data
    assert (found.license, found.library_name, found.pipeline_tag) == ("apache-2.0", "peft", "text-generation")
    assert found.tags == ["ftspec", "lora", "sft"]
    assert found.base_model is None
    assert found.datasets is None


def test_every_score_of_the_verdict_is_in_the_model_index_once(tmp_path: Path) -> None:
    made = build(tmp_path)
    results = ModelCard(write_card(made.path, tmp_path).read_text()).data.eval_results
    assert results is not None
    told = {(each.metric_type, each.dataset_name): each.metric_value for each in results}
    assert told == {(gate.metric, gate.data): round(gate.value or 0, 6) for gate in made.verdict.gates}


def test_a_licence_that_is_not_known_is_not_named(tmp_path: Path) -> None:
    assert "license" not in write_card(build(tmp_path).path, tmp_path).read_text()


def test_the_base_models_card_names_the_licence(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("---\nlicense: mit\n---\n# a model\n")
    assert license_of(tmp_path) == "mit"


@pytest.mark.parametrize(
    "text", ["# no metadata", "---\nlicense: [\n---\n", "---\n- a list\n---\n", "---\nlicense: 1\n---\n"]
)
def test_a_card_without_a_readable_licence_names_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "README.md").write_text(text)
    assert license_of(tmp_path) is None
    assert license_of(tmp_path / "nowhere") is None


HOSTILE = "](javascript:alert(1)) <script>alert(1)</script>\n---\nlicense: mit\n# heading | `tick` ![x](http://evil.example/x.png)"


def test_what_users_wrote_means_nothing_in_a_card(tmp_path: Path) -> None:
    made = build(tmp_path, goal=HOSTILE, rule=f"{HOSTILE} >= 90%")
    text = write_card(made.path, tmp_path).read_text()
    assert "<script>" not in text.replace("`", "").split("| require")[0]
    assert "\\]\\(javascript" in text or "\\](javascript" in text
    assert "\n# heading" not in text
    assert "](http" not in text.replace("\\](http", "").split("| gate |")[0]
    assert ModelCard(text).data.license is None
    rows = [line for line in text.splitlines() if line.startswith("| require ")]
    assert len(rows) == 3


def test_a_run_without_verdict_has_a_card_that_says_so(tmp_path: Path) -> None:
    made = build(tmp_path)
    stop_after(made, 20)
    text = write_card(made.path, tmp_path).read_text()
    assert "**No verdict.** The run is not finished" in text
    assert "model-index" not in text


def test_the_summary_has_the_verdict_and_a_row_for_every_gate(tmp_path: Path) -> None:
    made = build(tmp_path)
    lines = summary(made.path).splitlines()
    assert lines[0] == "### ✅ tickets: Pass"
    assert lines[2] == "All 3 required gates pass. 1 warning."
    rows = [line for line in lines if line.startswith(("| re", "| warn"))]
    assert len(rows) == len(made.verdict.gates)
    assert "| 21.0\u202f% | 92.4\u202f% | +61.9 … +80.1 points | 68 | ✅ pass |" in rows[1]


def test_a_summary_of_an_open_run(tmp_path: Path) -> None:
    made = build(tmp_path)
    stop_after(made, 20)
    assert summary(made.path).startswith("### ⏳ tickets: No verdict\n")
    assert "| ⏳ open |" in summary(made.path)
