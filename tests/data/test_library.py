"""The library of templates: every one renders, trains and says what it needs."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ftspec.data import Row, encode
from ftspec.data.faults import Unusable
from ftspec.data.library import library_names, library_summary, library_template
from ftspec.data.render import compiled
from tests.data.specs import base_tokenizer

FIELDS: dict[str, dict[str, Any]] = {
    "alpaca": {"instruction": "Add.", "input": "1 2", "output": "3"},
    "chat": {"question": "Why?", "answer": "So."},
    "classification": {"text": "good", "label": "positive", "labels": ["positive", "negative"]},
    "context_qa": {"context": "A river.", "question": "What?", "answer": "A river."},
    "documents": {"title": "Rivers", "text": "They flow."},
    "extraction": {"text": "7 May", "values": {"day": 7, "month": "Mai – ü"}},
    "few_shot": {"question": "1?", "answer": "2"},
    "preference": {"question": "Why?", "better": "So.", "worse": "No."},
    "questions": {"question": "Why?"},
    "reasoning": {"question": "1+1?", "reasoning": "Count.", "answer": "2"},
    "rewriting": {"before": "u r", "after": "you are", "instruction": "Spell out"},
    "summarization": {"document": "Long.", "summary": "Short."},
    "translation": {"source": "Fluß", "target": "river", "language": "English"},
}
SAID = {
    "alpaca": "Add.\n\n1 2|3",
    "classification": "Answer with the label alone. The labels are: positive, negative.|good|positive",
    "extraction": 'Answer with JSON alone.|7 May|{"day": 7, "month": "Mai – ü"}',
    "few_shot": "Question: q\nAnswer: a\n\nQuestion: q\nAnswer: a\n\nQuestion: 1?|2",
    "translation": "Translate into English:\n\nFluß|river",
    "documents": "Rivers\n\nThey flow.",
    "preference": "Why?|So.|No.",
}


def test_every_template_is_tested() -> None:
    assert set(library_names()) == set(FIELDS)
    assert library_template("nothing") is None


@pytest.mark.parametrize("name", FIELDS)
def test_it_renders_and_trains(name: str) -> None:
    template = library_template(name)
    assert template is not None
    found = compiled([(turn.role, turn.text) for turn in template.turns], frozenset(template.trained))
    turns = found.render(FIELDS[name], {"examples": lambda count: [{"question": "q", "answer": "a"}] * (count - 1)})
    assert SAID.get(name, "|".join(t.text for t in turns)) == "|".join(turn.text for turn in turns)
    encoded = encode([Row("0", "f", 1, FIELDS[name], turns)], base_tokenizer(), 1000)
    assert any(any(each.trained) for each in encoded) == (name != "questions")


@pytest.mark.parametrize("name", FIELDS)
def test_its_summary_names_its_fields(name: str) -> None:
    template = library_template(name)
    assert template is not None
    found = compiled([(turn.role, turn.text) for turn in template.turns], frozenset(template.trained))
    named = set(re.findall(r"\w+", library_summary(name)))
    assert set(found.used) - named == set()
    for field in found.required:
        with pytest.raises(Unusable, match=f"has no field `{field}`"):
            found.render({k: v for k, v in FIELDS[name].items() if k != field}, {"examples": lambda count: []})
