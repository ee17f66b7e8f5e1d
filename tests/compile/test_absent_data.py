"""Data that isn't there yet: the plan is refused, and says what a thousand rows would take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftspec.errors import Rejected
from ftspec.pipeline import Options, compile
from tests.cli.command import ftspec

SPEC = """ftspec 1

model gpt {
  source = hub("openai-community/gpt2", revision = "607a30d783dfa663caf39e06633721c8d4cfcd7e")
}

data notes {
  source = jsonl("notes.jsonl")
  format = prompt_completion
}

data answers {
  source = sampled(writer, notes.train, max_new_tokens = 40)
}

train writer {
  data       = notes.train
  method     = lora(rank = 8)
  length     = 2 epochs
  batch_size = 16
  max_length = 256 tokens
}

train second {
  from   = writer
  data   = answers
  method = lora(rank = 8)
  length = 1 epochs
}

hardware {
  gpu = rtx_4090
}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A spec whose data is not there."""
    path = tmp_path / "notes.ft"
    path.write_text(SPEC, encoding="utf-8")
    return path


def test_a_thousand_rows_are_reckoned_with(spec: Path) -> None:
    with pytest.raises(Rejected) as caught:
        compile(spec)
    assert caught.value.exit_code == 3 and caught.value.assumed == ("notes",)
    plan = caught.value.plan
    assert plan is not None and plan.by_id["data.notes"].rows == 1000  # type: ignore[union-attr]
    writer = plan.by_id["train.writer"]
    assert writer.optimizer_steps == 100  # type: ignore[union-attr]  # 2 epochs of 800 rows, 16 at a time
    assert plan.resources.memory.total_bytes > 0 and plan.resources.time_seconds > 0


def test_twice_the_rows_length_takes_more(spec: Path) -> None:
    def seconds(*settings: str) -> float:
        with pytest.raises(Rejected) as caught:
            compile(spec, Options(settings=settings))
        assert caught.value.plan is not None
        return caught.value.plan.resources.time_parts["train.writer"]

    assert seconds("writer.max_length=512") > 1.5 * seconds()


def test_both_forms_say_so(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = ftspec(capsys, "compile", str(spec))
    assert text.code == 3 and "per 1,000 rows" in text.out and "memory" in text.out
    held = ftspec(capsys, "compile", str(spec), "--format", "json")
    document = json.loads(held.out)
    assert held.code == 3 and document["diagnostics"][0]["code"] == "FT501"
    assert document["per_1000_rows"]["assumed"] == ["notes"]
    assert document["per_1000_rows"]["resources"]["memory"]["fits"] is True


def test_another_mistake_leaves_nothing_to_reckon_with(spec: Path) -> None:
    spec.write_text(SPEC.replace("openai-community/gpt2", "no-one/nothing"), encoding="utf-8")
    with pytest.raises(Rejected) as caught:
        compile(spec)
    assert caught.value.exit_code == 3 and caught.value.plan is None


def test_a_pull_request_reads_the_same(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In Markdown where Markdown was asked for."""
    said = ftspec(capsys, "compile", str(spec), "--format", "markdown")
    assert said.code == 3 and said.out.startswith("### notes: per 1,000 rows\n")
    assert "| **assumed** |  | 1,000 rows of notes, which is not there yet<br>" in said.out
    assert "| memory | time | cost |" in said.out


def test_a_device_without_a_name_is_unknown(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = ftspec(capsys, "compile", str(spec), "--device", "")
    assert said.code == 3 and "FT540" in said.err
