"""Names: hidden where a pipeline marks them; a clear word where presidio or the pipeline is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.data.specs import codes, messages, surveyed, write_rows

TEXT = """
data letters {
  source = jsonl("letters.jsonl")

  clean {
    redact       = pii
    redact_names = "en_no_such_pipeline"
  }
}

train t {
  data = letters
}
"""


def test_names_are_hidden_and_the_rest_stays() -> None:
    spacy = pytest.importorskip("spacy")
    pytest.importorskip("presidio_analyzer")
    from ftspec.data.names import redactor_of

    pipeline = spacy.blank("en")
    ruler = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PERSON", "pattern": "Ada Lovelace"}, {"label": "ORG", "pattern": "Acme"}])
    hide = redactor_of(pipeline)
    assert hide("Dear Ada Lovelace, Acme thanks Ada Lovelace.") == "Dear [name], Acme thanks [name]."
    assert hide("nobody here") == "nobody here" and hide("42") == "42"


def test_a_pipeline_that_is_not_there_is_named(tmp_path: Path) -> None:
    pytest.importorskip("presidio_analyzer")
    write_rows(tmp_path / "letters.jsonl", [{"text": "Dear Ada Lovelace"}])
    problems = surveyed(tmp_path, TEXT)[2]
    assert codes(problems) == ["FT510"] and "`en_no_such_pipeline` is not installed" in messages(problems)
    assert "spacy download en_no_such_pipeline" in (problems[0].help or "")


def test_without_presidio_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)
    write_rows(tmp_path / "letters.jsonl", [{"text": "Dear Ada Lovelace"}])
    problems = surveyed(tmp_path, TEXT)[2]
    assert codes(problems) == ["FT510"] and problems[0].help == "install `ftspec[presidio]`"
